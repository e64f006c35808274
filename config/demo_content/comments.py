"""The demo's comments, in every state, with the decisions that led there. Nobody is mailed."""

from datetime import timedelta

from django.contrib.auth.models import User

from blog.models import Article
from comments import posting
from comments.models import Comment, Decision, State, digest
from config import staff
from config.demo_content.sources import Row, recent, tables

THOUGHT_ABOUT = timedelta(hours=3)  # between a comment and the decision about it


def load() -> None:
    """Make what is missing of the comments. Needs a transaction, and the articles."""
    moderator = User.objects.get(username=staff.MODERATOR)
    for row in tables("comments")["comment"]:
        article = Article.objects.filter(slug=row["article"]).first()
        if article and not _is_there(row, article):
            _comment(row, article, moderator)


def _is_there(row: Row, article: Article) -> bool:
    said = Comment.objects.for_target(article).filter(email=row["email"])
    return said.filter(body_digest=digest(row["body"])).exists()


def _comment(row: Row, article: Article, moderator: User) -> None:
    """Post a comment as a reader does, then date and decide it as if that had been long ago."""
    comment = posting.post(
        posting.Draft(target=article, name=row["name"], email=row["email"], body=row["body"].strip())
    )
    posted_at = recent(row["posted_at"])
    Comment.objects.filter(pk=comment.pk).update(posted_at=posted_at, state=row["state"])
    if row["state"] != State.PENDING:
        Decision.objects.create(
            comment=comment, staff=moderator, from_state=State.PENDING, to_state=row["state"],
            reason=row["reason"], score=comment.spam_score, at=posted_at + THOUGHT_ABOUT,
        )  # fmt: skip
