"""The demo's comments, in every state, with the decisions that led there. Nobody is mailed."""

from datetime import timedelta

from django.contrib.auth.models import User

from blog.models import Article
from comments import posting, spam
from comments.models import Comment, Decision, State
from config import staff
from config.demo_content.sources import Row, recent, tables

THOUGHT_ABOUT = timedelta(hours=3)  # between a comment and the decision about it


def load() -> None:
    """Make what is missing of the comments. Needs a transaction, and the articles."""
    moderator = User.objects.get(username=staff.MODERATOR)
    for row in tables("comments")["comment"]:
        article = Article.objects.filter(slug=row["article"]).first()
        if article and not posting.find(_draft(row, article)):
            _comment(row, article, moderator)


def _draft(row: Row, article: Article) -> posting.Draft:
    return posting.Draft(target=article, name=row["name"], email=row["email"], body=row["body"].strip())


def _comment(row: Row, article: Article, moderator: User) -> None:
    draft = _draft(row, article)
    hints = spam.hints(spam.Submission(name=draft.name, body=draft.body))
    comment = Comment.objects.create(
        target=article,
        name=draft.name,
        email=draft.email,
        body=draft.body,
        state=row["state"],
        posted_at=recent(row["posted_at"]),
        spam_score=spam.score(hints),
        spam_hints=[hint.as_row() for hint in hints],
    )
    if comment.state != State.PENDING:
        Decision.objects.create(
            comment=comment, staff=moderator, from_state=State.PENDING, to_state=comment.state,
            reason=row["reason"], score=comment.spam_score, at=comment.posted_at + THOUGHT_ABOUT,
        )  # fmt: skip
