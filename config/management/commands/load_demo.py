"""The `load_demo` command: fill a demo shop once, and set its staff's passwords at each start."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from config import demo_content, staff
from foundation import freshness


class Command(BaseCommand):
    """Load the demo's content unless this database has had it."""

    help = "Load the demo's content once, and give its staff DEMO_STAFF_PASSWORD. Demo mode only."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --again."""
        parser.add_argument("--again", action="store_true", help="make again what was deleted since")

    def handle(self, *args: Any, again: bool, **options: Any) -> None:
        """Load. Raises CommandError outside demo mode."""
        if not settings.IS_DEMO:
            raise CommandError(_("This is no demo: SHOP_MODE is %(mode)s.") % {"mode": settings.SHOP_MODE})
        staff.ensure_groups()
        if again or not demo_content.is_loaded():
            demo_content.load()
            freshness.bump()
        staff.ensure_demo_staff()
        if not settings.DEMO_STAFF_PASSWORD:
            self.stdout.write(_("DEMO_STAFF_PASSWORD is empty, so nobody can sign in."))
