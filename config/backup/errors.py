"""What can go wrong with a backup; every message says what to do.

BackupError
├── BackupFailed    it could not be made
├── DamagedBackup   the file is not as it was written
├── UnfitBackup     a good file, but not for this shop: mode, database, version
├── NotEmpty        something is in the way where it would be restored
└── RestoreFailed   it could not be put into its place
"""


class BackupError(Exception):
    """A backup could not be made or restored."""


class BackupFailed(BackupError):
    """The backup could not be made; no file was left."""


class DamagedBackup(BackupError):
    """The file is no backup, or not as it was written."""


class UnfitBackup(BackupError):
    """The backup belongs to another mode, another database or a newer program."""


class NotEmpty(BackupError):
    """The place is not empty; nothing was changed."""


class RestoreFailed(BackupError):
    """The backup could not be put into its place."""
