"""`manage.py backup`: the whole shop in one file, while it goes on selling."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from config.backup import making
from config.backup.errors import BackupError
from config.backup.making import Made


class Command(BaseCommand):
    """Write a backup of database, pictures and the list of settings."""

    help = "Write database, pictures and the list of settings (not the secrets) into one file."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder and how many backups to keep."""
        default = settings.VAR_DIR / "backups"
        parser.add_argument("folder", nargs="?", type=Path, default=default, help=f"default: {default}")
        parser.add_argument("--keep", type=int, metavar="N", help="delete older backups, so that N are left")

    def handle(self, *args: Any, folder: Path, keep: int | None, verbosity: int = 1, **options: Any) -> None:
        """Write, then delete older ones. Raises CommandError, also when a picture's file is lost."""
        if keep is not None and keep < 1:
            raise CommandError(_("--keep must be at least 1: the new backup is always kept."))
        try:
            made = making.make(folder)
        except BackupError as error:
            raise CommandError(str(error)) from error
        deleted = making.delete_older(made.path, keep=keep) if keep is not None else []
        if verbosity:
            self.tell(made, deleted)
        if made.manifest.lost_pictures:
            names = {"names": ", ".join(made.manifest.lost_pictures)}
            raise CommandError(_("The backup was made, but these pictures have no file: %(names)s") % names)

    def tell(self, made: Made, deleted: list[Path]) -> None:
        """Print where the backup is, what it holds, and what it does not."""
        facts = {
            "path": made.path,
            "size": filesizeformat(made.size_bytes).replace("\xa0", " "),
            "rows": made.manifest.total_rows,
            "tables": len(made.manifest.rows),
            "pictures": len(made.manifest.originals),
        }
        text = _("%(path)s (%(size)s; tables: %(tables)s, rows: %(rows)s, pictures: %(pictures)s)")
        self.stdout.write(self.style.SUCCESS(text % facts))
        self.stdout.write(
            _("It holds no secrets: keep a copy of .env elsewhere. It holds your customers' data.")
        )
        for path in deleted:
            self.stdout.write(_("Deleted: %(path)s") % {"path": path})
