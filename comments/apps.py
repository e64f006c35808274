"""The comments app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    """Django's entry for the comments app."""

    name = "comments"
    verbose_name = _("Comments")
