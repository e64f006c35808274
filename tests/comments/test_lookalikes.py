"""Names that could be taken for somebody's whom readers trust."""

import pytest
from django.contrib.auth.models import User

from blog.models import Author
from comments.models import Comment, State
from tests.comments.builders import make_article, make_comment

pytestmark = pytest.mark.django_db
LIST = "/admin/comments/comment/"


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("Hаnnа  Brеnnеr", "Hanna Brenner"),
        ("H4NNA BRENNER", "Hanna Brenner"),
        ("Hanna Brener", "Hanna Brenner"),
        ("Brenner, Hanna", "Hanna Brenner"),
        ("Ｈａｎｎａ Ｂｒｅｎｎｅｒ", "Hanna Brenner"),
        ("Hama Brenner", "Hanna Brenner"),
        ("Hanna Brermer", "Hanna Brenner"),
        ("H.a.n.n.a B.r.e.n.n.e.r", "Hanna Brenner"),
        ("K0RA Team", "Kora"),
        ("moclerator", "moderator"),
        ("rnoderator", "moderator"),
        ("M1na 0k0r0", "Mina Okoro"),
        ("Коrа", "Kora"),
        ("Mina Okoro", "Mina Okoro"),
        ("mіna-okoro", "Mina Okoro"),
        ("minaokoro_86", "Mina Okoro"),
        ("moderator", "moderator"),
    ],
)
def test_a_name_that_could_be_taken_for_somebodys_is_marked_with_whose(moderator_client, name, whose):
    Author.objects.create(name="Hanna Brenner", slug="hanna-brenner")
    User.objects.create_user("desk-7", first_name="Mina", last_name="Okoro", is_staff=True)
    comment = make_comment(name=name)

    for address in (LIST, f"{LIST}{comment.pk}/change/"):
        assert f"The name looks like “{whose}”" in moderator_client.get(address).content.decode()
    assert Comment.objects.get().state == State.PENDING


@pytest.mark.parametrize(
    "name", ["Ruth Adler", "Hanna", "Korab Hoxha", "Johanna B.", "李", "Ada Brenner", "Modern", "Hamza B."]
)
def test_a_name_of_ones_own_is_not_marked(moderator_client, name):
    Author.objects.create(name="Hanna Brenner", slug="hanna-brenner")
    make_comment(make_article(author=Author.objects.get()), name=name)

    assert "The name looks like" not in moderator_client.get(LIST).content.decode()
