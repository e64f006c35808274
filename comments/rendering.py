"""Text of a comment to safe HTML: a small part of Markdown, then a sanitiser that trusts nothing."""

import nh3
from markdown_it import MarkdownIt

_RULES = ["emphasis", "backticks", "fence", "list", "blockquote", "link", "autolink", "newline", "escape"]
_markdown = MarkdownIt("zero", {"html": False, "breaks": True}).enable([*_RULES, "balance_pairs"])
_sanitiser = nh3.Cleaner(
    tags={"p", "br", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "a"},
    attributes={"a": {"href"}, "ol": {"start"}},
    url_schemes={"http", "https"},
    url_relative="deny",
    link_rel="nofollow ugc noopener",
)


def to_html(body: str) -> str:
    """Return the comment as HTML: emphasis, code, lists, quotes, links, line breaks and nothing else.

    Raw HTML comes out as the text it is. Links lead to http(s) addresses only and pass no credit on.
    """
    return _sanitiser.clean(_markdown.render(body)).strip()
