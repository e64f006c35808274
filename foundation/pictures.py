"""Pictures: an original kept as uploaded, and renditions made once, in the background."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Picture(models.Model):
    """An uploaded original and the renditions made of it.

    `renditions` maps a format to a list of [width, path below MEDIA_ROOT], widths rising, such as
    {"webp": [[400, "renditions/ab12-400.webp"]], "jpeg": [...]}; empty until the worker made them.
    """

    original = models.FileField(_("file"), upload_to="originals/")
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    renditions = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return self.original.name
