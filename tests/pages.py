"""Reading pages as a browser would: forms and their fields, cards, texts."""

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse


class Forms(HTMLParser):
    """Every form of a page: (action, method, [attributes of each control])."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, str, list[dict[str, str | None]]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self.forms.append((found.get("action") or "", (found.get("method") or "get").lower(), []))
        elif tag in {"input", "select", "textarea", "button"} and self.forms:
            self.forms[-1][2].append(found)


def forms_to(response: HttpResponse, action: str) -> list[list[dict[str, str | None]]]:
    """Return the controls of each form that posts to `action`."""
    forms = Forms(response.content.decode()).forms
    return [controls for to, method, controls in forms if to == action and method == "post"]


def submitted(controls: list[dict[str, str | None]]) -> dict[str, str]:
    """Return what a browser would send of these controls, untouched."""
    sent: dict[str, str] = {}
    for control in controls:
        is_choice = control.get("type") in {"radio", "checkbox"}
        if not control.get("name") or "disabled" in control or (is_choice and "checked" not in control):
            continue
        sent[str(control["name"])] = control.get("value") or ""
    return sent


def cards_in(response: Any) -> list[Any]:
    """Return the cards that the page of a listing was given."""
    return list(response.context["listing"].cards)
