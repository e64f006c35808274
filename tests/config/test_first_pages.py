"""A new shop has no dead link, and nothing that an owner wrote is touched."""

import pytest

from blog.models import Page
from config import first_pages

pytestmark = pytest.mark.django_db
SLUGS = ["about", "contact", "shipping-and-returns", "terms", "legal-notice", "privacy"]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_new_shop_has_the_page(client, slug):
    first_pages.ensure()
    page = client.get(f"/pages/{slug}/")
    assert page.status_code == 200
    assert "This page is still to be written." in page.content.decode()


def test_a_shop_with_pages_keeps_them_as_they_are():
    first_pages.ensure()
    Page.objects.exclude(slug="terms").delete()
    first_pages.ensure()
    assert list(Page.objects.values_list("slug", flat=True)) == ["terms"]
