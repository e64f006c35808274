"""Static files: hashed and compressed."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed, compressed files for production."""
