"""What comments ask about an article; registered in config/wiring.py."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from blog.articles import Article
from blog.taxonomy import Author
from comments.lookalikes import KnownName


class ArticleComments:
    """The policy of articles as targets of comments."""

    def accepts(self, target: Article) -> bool:
        """Say whether new comments are welcome: the article is public and its comments are open."""
        return target.is_public and target.comments_open

    def title(self, target: Article) -> str:
        """Return the name that moderators and commenters know it by."""
        return target.title

    def url(self, target: Article) -> str:
        """Return the path of its page."""
        return target.get_absolute_url()

    def is_verified_buyer(self, email: str, target: Article) -> bool:
        """Answer no: nobody buys an article."""
        return False


def authors() -> Iterator[KnownName]:
    """Give the names that articles are signed with. One query."""
    for name in Author.objects.values_list("name", flat=True):
        yield KnownName(name, _("author"))
