"""`manage.py restore`: a backup back into an empty place, and the proof that it is all there."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config import start
from config.backup import archive, manifest, numbers, restoring
from config.backup.errors import BackupError
from config.backup.manifest import Manifest

NEXT = gettext_lazy("""\
Orders go on at number %(number)s, ids behind a gap: what was lost never gets its number again.
This is the shop as it was at %(made_at)s. Before web and worker start:
  1. manage.py reconcile --days %(days)s   finds at Stripe what was paid and refunded since
  2. look at the refunds and mails that waited then: the worker goes on with them
Then start both, and make a new backup.""")


class Command(BaseCommand):
    """Restore a backup into an empty database and an empty folder of pictures."""

    help = "Restore a backup into an empty database and an empty folder of pictures; nothing is overwritten."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Check, load, migrate, prove. Raises CommandError when anything differs from what was backed up."""
        try:
            contents = restoring.check(file)
            differences = restoring.load(file, contents)
            start.migrate()
            number = numbers.leave_gaps()
        except (BackupError, DatabaseError) as error:
            raise CommandError(str(error)) from error
        self.tell(file, contents)
        self.prove(differences)
        self.make_renditions()
        days = (timezone.now() - contents.moment).days + 2  # and what was open when it was made
        self.stdout.write(NEXT % {"number": number, "made_at": contents.made_at, "days": days})

    def make_renditions(self) -> None:
        """Make the smaller pictures, last of all: whatever one of them does, the books were proved before."""
        self.stdout.write(_("Making the smaller versions of the pictures"))
        try:
            call_command("make_renditions", stdout=self.stdout, stderr=self.stderr, skip_checks=True)
        except Exception as error:
            text = _("Not all smaller pictures could be made (%(why)s): manage.py make_renditions goes on.")
            self.stderr.write(text % {"why": f"{type(error).__name__}: {error}"})

    def tell(self, file: Path, contents: Manifest) -> None:
        """Print what was restored, and which settings are not as they were."""
        facts = {
            "rows": contents.total_rows,
            "tables": len(contents.rows),
            "pictures": len(contents.originals),
        }
        text = _("Restored: tables: %(tables)s, rows: %(rows)s, pictures: %(pictures)s")
        self.stdout.write(text % facts)
        changed = manifest.changed_settings(archive.read_text(file, archive.SETTINGS))
        for name, (there, here) in changed.items():
            words = {"name": name, "there": there, "here": here}
            self.stdout.write(_("  %(name)s was %(there)s, is %(here)s") % words)

    def prove(self, differences: list[str]) -> None:
        """Print what differs from the backup and from the books. Raises CommandError when anything does."""
        for line in differences:
            self.stdout.write(line)
        if not self.agrees("check_stock"):
            raise CommandError(_("The books of stock do not agree, see above."))
        if not self.agrees("check_gift_cards"):
            raise CommandError(_("The book of gift cards does not agree, see above."))
        if differences:
            raise CommandError(_("The rows are not those of the backup, see above."))

    def agrees(self, command: str) -> bool:
        """Let a command print what is wrong in a book; return whether nothing is."""
        try:
            call_command(command, stdout=self.stdout, stderr=self.stderr, skip_checks=True)
        except SystemExit:
            return False
        return True
