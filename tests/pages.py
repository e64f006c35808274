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
        """Note a form, or a control of the latest one."""
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


def admin_form(response: Any) -> dict[str, Any]:
    """Return what a browser would send of an admin page's form and inlines, untouched."""
    opened = response.context.get("opened")
    sent: dict[str, Any] = {"_opened": opened} if opened else {}
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for field in form:
            value = "on" if field.value() is True else field.value()
            is_sent = value is not None and value is not False and not field.field.disabled
            if is_sent and not field.field.widget.needs_multipart_form:
                sent[field.html_name] = value
    return sent


def errors_in(response: Any) -> dict[str, list[str]]:
    """Return the messages of an admin page's form and inlines by the name of their field."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += inline.formset.forms
    return {form.add_prefix(name): list(e) for form in forms for name, e in form.errors.items()}
