"""What each app offers to the others: comment targets, panels, sitemaps, scheduled jobs."""


def connect() -> None:
    """Register everything; called once by ConfigConfig.ready()."""
    _comment_targets()


def _comment_targets() -> None:
    from blog.comment_policy import ArticleComments
    from blog.models import Article
    from comments import targets

    targets.register(Article, ArticleComments())
