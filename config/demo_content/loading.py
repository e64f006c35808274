"""Load all of the demo, in one transaction; what is there already stays as the staff left it."""

from django.contrib.auth.models import User
from django.db import transaction

from config import staff
from config.demo_content import blog, comments, shop


def is_loaded() -> bool:
    """Tell whether this database has had the demo: it has its owner. One query."""
    return User.objects.filter(username=staff.OWNER).exists()


@transaction.atomic
def load() -> None:
    """Make what is missing, found by slug, SKU, name or text; change nothing that is there."""
    staff.ensure_demo_staff()
    shop.load()
    blog.load()
    comments.load()
