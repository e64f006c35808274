"""Let the text editor run in the admin without weakening the policy of any other page.

The editor loads its modules through an inline import map, which needs a nonce, and writes one inline
style sheet, which needs its hash. Only an admin page that really shows the editor gets the two; public
pages never carry a nonce, so that a page cache may keep them.
"""

from collections.abc import Callable
from typing import Any

from csp.constants import NONCE
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from js_asset import Media

# The style sheet that the editor of django-prose-editor 0.28 writes into the page.
EDITOR_STYLE_HASH = "sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA="


class AdminEditorPolicy:
    """Middleware that gives admin pages with the editor a nonce and the editor's style hash."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_template_response(
        self, request: HttpRequest, response: SimpleTemplateResponse
    ) -> SimpleTemplateResponse:
        """Put the nonce on the editor's tags and allow it in this response's policy."""
        context: dict[str, Any] = response.context_data or {}
        media = context.get("media")
        if _is_admin(request) and getattr(media, "_importmap", None) is not None:
            context["media"] = Media.from_media(media, nonce=str(request.csp_nonce))  # type: ignore[attr-defined]
            response._csp_update = {  # type: ignore[attr-defined]
                "script-src": [NONCE],
                "style-src": [f"'{EDITOR_STYLE_HASH}'"],
            }
        return response


def _is_admin(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.app_name == "admin"
