"""The blog app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BlogConfig(AppConfig):
    """Django's entry for the blog app."""

    name = "blog"
    verbose_name = _("Blog")
