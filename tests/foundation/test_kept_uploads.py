"""A form with an error keeps the picture that was chosen: no file is lost to one forgotten alt text."""

import re
from datetime import timedelta

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from blog.models import Article, Author
from foundation.models import Picture
from foundation.pictures import PictureField
from shop.catalogue.models import ProductPicture
from tests.blog.article_forms import ADD, article_form, figures_form
from tests.blog.builders import make_article, make_author, make_category
from tests.builders import make_product
from tests.foundation.images import image_bytes
from tests.pages import admin_form

pytestmark = pytest.mark.django_db


class UploadForm(forms.Form):
    """A form with a picture and words that can be forgotten."""

    picture = PictureField()
    alt = forms.CharField()


def chosen(name="flute.png", **options):
    return SimpleUploadedFile(name, image_bytes(**options), "image/png")


def shown(form):
    """Return the control as a form shows it that was validated before."""
    form.is_valid()
    return str(form["picture"])


def carried(html, name="picture"):
    """Return what a browser would send back of the upload that the page keeps."""
    return dict(re.findall(rf'<input type="hidden" name="({name}-kept)" value="([^"]+)"', html))


def test_a_form_that_comes_back_carries_the_picture_shows_it_and_needs_no_second_upload():
    html = shown(UploadForm({"alt": ""}, {"picture": chosen()}))
    assert "“flute.png” is kept" in html
    assert "<img" in html

    again = UploadForm({"alt": "A flute", **carried(html)})

    assert again.is_valid(), again.errors
    assert again.cleaned_data["picture"] == Picture.objects.get()


def test_it_is_carried_through_as_many_errors_as_it_takes():
    sent = carried(shown(UploadForm({}, {"picture": chosen()})))
    sent = carried(shown(UploadForm(sent)))

    assert UploadForm({"alt": "A flute", **sent}).is_valid()


def test_a_file_that_is_chosen_now_wins():
    sent = carried(shown(UploadForm({}, {"picture": chosen()})))

    form = UploadForm({"alt": "A drum", **sent}, {"picture": chosen("drum.png", size=(70, 50))})

    assert form.is_valid()
    assert form.cleaned_data["picture"].name == "drum.png"


@pytest.mark.parametrize("kept", ["", "1", "nonsense", "1:abc:def", "\x00"])
def test_a_name_that_was_not_signed_here_is_nothing(kept):
    form = UploadForm({"alt": "A flute", "picture-kept": kept})

    assert form.errors["picture"] == ["This field is required."]
    assert carried(shown(form)) == {}


def test_it_is_kept_for_a_day(time_machine):
    sent = carried(shown(UploadForm({}, {"picture": chosen()})))
    time_machine.move_to(timezone.now() + timedelta(hours=25))

    assert not UploadForm({"alt": "A flute", **sent}).is_valid()


def test_a_picture_that_was_deleted_meanwhile_is_asked_for_again():
    sent = carried(shown(UploadForm({}, {"picture": chosen()})))
    Picture.objects.all().delete()

    assert "picture" in UploadForm({"alt": "A flute", **sent}).errors


def test_what_is_no_picture_is_not_kept():
    form = UploadForm({}, {"picture": SimpleUploadedFile("a.png", b"no picture")})

    assert carried(shown(form)) == {}


def test_a_cover_survives_its_forgotten_alt_text(owner_client):
    ids = {"author": make_author().pk, "category": make_category().pk}
    form = article_form(owner_client, ADD, **ids)
    page = owner_client.post(ADD, form | {"cover": chosen()}).content.decode()
    assert "Please say what the cover shows." in page

    assert owner_client.post(ADD, form | carried(page, "cover") | {"cover_alt": "A flute"}).status_code == 302

    assert Article.objects.get().cover == Picture.objects.get()


def test_figures_survive_a_forgotten_alt_text(owner_client):
    article = make_article()
    path = f"/admin/blog/article/{article.pk}/change/"
    form = figures_form(owner_client, path, {"alt": "One"}, {"alt": ""})
    page = owner_client.post(path, form).content.decode()
    kept = carried(page, r"figures-\d-picture")
    assert len(kept) == 2

    files = {"figures-0-picture": "", "figures-1-picture": ""}
    saved = owner_client.post(path, form | files | kept | {"figures-1-alt": "Two"})

    assert saved.status_code == 302, saved.context["errors"]
    assert list(article.figures.values_list("alt", flat=True)) == ["One", "Two"]
    assert article.figures.count() == Picture.objects.count() == 2


def test_pictures_of_a_product_survive_a_forgotten_alt_text(owner_client):
    product = make_product()
    path = f"/admin/shop/product/{product.pk}/change/"
    form = admin_form(owner_client.get(path))
    form |= {"pictures-TOTAL_FORMS": 1, "pictures-0-alt": "", "pictures-0-position": 0}
    page = owner_client.post(path, form | {"pictures-0-picture": chosen()}).content.decode()
    kept = carried(page, "pictures-0-picture")

    saved = owner_client.post(path, form | kept | {"pictures-0-alt": "A flute"})

    assert saved.status_code == 302, saved.context["errors"]
    assert ProductPicture.objects.get().picture == Picture.objects.get()


def test_the_picture_of_an_author_survives_a_forgotten_name(owner_client):
    path = "/admin/blog/author/add/"
    page = owner_client.post(path, {"name": "", "slug": "ada", "picture": chosen()}).content.decode()

    owner_client.post(path, {"name": "Ada", "slug": "ada"} | carried(page))

    assert Author.objects.get().picture == Picture.objects.get()
