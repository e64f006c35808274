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
    if understood := response.context.get("understood"):
        sent["_understood"] = understood
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


def _is_sent(control: dict[str, str | None]) -> bool:
    kind = control.get("type")
    is_chosen = kind not in {"checkbox", "radio"} or "checked" in control
    return is_chosen and kind not in {"submit", "file", "button"} and "disabled" not in control


class FilledForm(HTMLParser):
    """What a browser would send of one form as it stands in the page: every value of every control."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self.select: dict[str, Any] = {}
        self.textarea = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an input, or begin a choice or a text."""
        found = dict(attrs)
        name, kind = found.get("name") or "", found.get("type")
        if tag == "select":
            self.select = {"name": name, "many": "multiple" in found, "first": None, "chosen": []}
        elif tag == "option" and self.select:
            value = found.get("value") or ""
            self.select["first"] = value if self.select["first"] is None else self.select["first"]
            self.select["chosen"] += [value] if "selected" in found else []
        elif tag == "textarea":
            self.textarea, self.sent[name] = name, [""]
        elif tag == "input" and name and _is_sent(found):
            unsaid = "on" if kind in {"checkbox", "radio"} else ""
            self.sent.setdefault(name, []).append(found.get("value", unsaid) or "")

    def handle_data(self, data: str) -> None:
        """Add to a text; the line break after its tag is none of it."""
        if self.textarea:
            before = self.sent[self.textarea][0]
            self.sent[self.textarea] = [before + data if before else data.removeprefix("\n")]

    def handle_endtag(self, tag: str) -> None:
        """End a choice or a text."""
        if tag == "textarea":
            self.textarea = ""
        elif tag == "select" and self.select:
            chosen, first = self.select["chosen"], self.select["first"]
            if not self.select["many"] and not chosen and first is not None:
                chosen = [first]
            if self.select["name"] and chosen:
                self.sent[self.select["name"]] = chosen
            self.select = {}


def shown_form(response: Any, form_id: str = "") -> dict[str, Any]:
    """Return what a browser would send of an admin page's form as it stands; files are not sent again."""
    form_id = form_id or f"{response.context['opts'].model_name}_form"
    html = response.content.decode().partition(f'id="{form_id}"')[2].partition("</form>")[0]
    sent = FilledForm(f"<form {html}").sent
    return {name: values[0] if len(values) == 1 else values for name, values in sent.items()}
