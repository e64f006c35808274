"""`manage.py purge`: forget now what the worker would forget by and by."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from foundation import retention


class Command(BaseCommand):
    """Forgets all that is older than its setting says."""

    help = "Forget what is older than the settings say, such as carts, mails and unpaid orders."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --dry-run."""
        parser.add_argument("--dry-run", action="store_true", help="only say what would go; change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each rule."""
        for rule in retention.rules():
            count = rule.rows().count() if options["dry_run"] else retention.purge(rule)
            words = {"name": rule.name, "count": count, "days": rule.lifetime.days, "setting": rule.setting}
            line = _("%(name)s, older than %(days)s days (%(setting)s): %(count)s")
            if options["dry_run"]:
                line = _("%(name)s, older than %(days)s days (%(setting)s): %(count)s would go")
            self.stdout.write(line % words)
