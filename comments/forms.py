"""The comment form: three fields to fill, one signed by us and one that only robots fill."""

from html import unescape
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.template.loader import render_to_string
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from comments import rendering
from foundation import email_typos
from foundation.typed_text import INVISIBLE, NameField, TextField, is_visible


class TrapInput(forms.TextInput):
    """A field that people neither see nor reach; robots fill it, and now and then a password manager."""

    template_name = "comments/trap.html"

    @property
    def is_hidden(self) -> bool:
        """Tell form templates to add no label, hint or error of their own."""
        return True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give the template the words for those whose program shows the field all the same."""
        context = super().get_context(name, value, attrs)
        context["widget"]["label"] = _("Leave this field empty")
        return context

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        """Read the template from the project's folder, whatever renders the other fields."""
        return render_to_string(template_name, context)


class CommentForm(forms.Form):
    """What a reader says about a page. `target` is a token of `comments.tokens`."""

    name = NameField(
        label=_("Name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("Never shown. We write once, when your comment is published."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    body = TextField(
        label=_("Comment"),
        help_text=_("You can write *emphasis*, **strong**, > quotes, - lists and [links](https://…)."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    target = forms.CharField(required=False, widget=forms.HiddenInput)
    website = forms.CharField(
        required=False,
        widget=TrapInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Give the fields ids of their own: other forms share the page."""
        super().__init__(*args, **{"auto_id": "comment-%s"} | kwargs)
        question = email_typos.hint(str(self.data.get("email", "")))
        if question:
            email = self.fields["email"]
            email.help_text = format_html("{} {}", question, email.help_text)

    def clean_email(self) -> str:
        """Return the address in lower case: one person, one spelling."""
        email = str(self.cleaned_data["email"]).lower()
        validate_email(email)  # a Turkish İ becomes two characters, of which one is no part of an address
        return email

    def clean_body(self) -> str:
        """Refuse what is too long, and say by how much, and markup around nothing."""
        body: str = self.cleaned_data["body"]
        MaxLengthValidator(settings.COMMENT_MAX_LENGTH, _TOO_LONG)(body)
        if not is_visible(unescape(strip_tags(rendering.to_html(body)))):
            raise ValidationError(INVISIBLE, code="invisible")
        return body


_TOO_LONG = ngettext_lazy(
    "Please shorten your comment to %(limit_value)d character: it has %(show_value)d.",
    "Please shorten your comment to %(limit_value)d characters: it has %(show_value)d.",
    "limit_value",
)
