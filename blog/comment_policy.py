"""What comments need to know of an article."""

from blog.articles import Article


class ArticleComments:
    """The comment policy of articles (see `comments.targets.Policy`)."""

    def accepts(self, target: Article) -> bool:
        """Return whether readers may see the article and its author wants comments."""
        return target.is_public and target.comments_open

    def title(self, target: Article) -> str:
        """Return the article's title."""
        return target.title

    def url(self, target: Article) -> str:
        """Return the path of the article's page."""
        return target.get_absolute_url()

    def is_verified_buyer(self, email: str, target: Article) -> bool:
        """Return False: an article cannot be bought."""
        return False
