"""Rules of templates/kora: labels, hints and errors are tied to their fields, whatever the field."""

import re

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout, Row, Submit
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template import Context, Template


class EveryField(forms.Form):
    """One field of each kind."""

    name = forms.CharField(
        label="Name", help_text="As on the parcel.", widget=forms.TextInput({"autocomplete": "name"})
    )
    email = forms.EmailField(label="E-mail")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    country = forms.ChoiceField(label="Country", choices=[("DE", "Germany"), ("US", "United States")])
    units = forms.IntegerField(label="Units", min_value=1)
    rate = forms.ChoiceField(
        label="Shipping",
        choices=[("a", "Post"), ("b", "Courier")],
        widget=forms.RadioSelect,
        help_text="Two ways.",
    )
    news = forms.BooleanField(label="Write to me", required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        """Refuse the form as a whole, too."""
        raise forms.ValidationError("Something about the whole form.")


@pytest.fixture
def html():
    return Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": EveryField()}))


@pytest.fixture
def wrong():
    form = EveryField(
        {"name": "", "email": "<b>x", "units": "many", "rate": "z", "country": "XX", "note": "kept"}
    )
    return Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": form}))


def ids(text):
    return re.findall(r'\sid="([^"]+)"', text)


def named_by(text, attribute):
    return {name for names in re.findall(rf'{attribute}="([^"]+)"', text) for name in names.split()}


def test_every_label_belongs_to_a_field(html):
    fields = named_by(html, "for")
    assert len(fields) >= 7
    assert fields <= set(ids(html))


def test_no_id_is_given_twice(html, wrong):
    for text in (html, wrong):
        assert len(ids(text)) == len(set(ids(text)))


def test_hints_and_errors_are_there_under_the_ids_that_the_fields_name(html, wrong):
    assert named_by(html, "aria-describedby") == {"id_name_helptext", "id_rate_helptext"}
    described = named_by(wrong, "aria-describedby")
    assert {
        "id_name_helptext",
        "id_name_error",
        "id_email_error",
        "id_rate_error",
        "id_units_error",
    } <= described
    assert described <= set(ids(wrong))


def test_errors_mark_their_fields(wrong):
    assert wrong.count('aria-invalid="true"') >= 4


def test_summary_stands_first_takes_the_focus_and_leads_to_each_field(wrong):
    summary = re.search(r'<div class="error-summary"([^>]*)>(.*?)</div>', wrong, flags=re.DOTALL)
    assert summary
    assert summary.start() < wrong.index("<label")
    assert 'role="alert"' in summary[1]
    assert 'tabindex="-1"' in summary[1]
    assert "autofocus" in summary[1]
    targets = re.findall(r'href="#([^"]+)"', summary[2])
    assert targets == ["id_name", "id_email", "id_country", "id_units", "id_rate_0"]
    assert set(targets) <= set(ids(wrong))
    assert "Something about the whole form." in summary[2]


def test_input_is_kept_and_escaped(wrong):
    assert 'value="&lt;b&gt;x"' in wrong
    assert "kept</textarea>" in wrong
    assert "<b>x" not in wrong


def test_a_form_without_errors_has_no_summary(html):
    assert "error-summary" not in html
    assert "field-error" not in html


def test_optional_fields_say_so_in_words_and_required_ones_say_nothing(html):
    assert re.search(r"Note\s*<span class=\"optional\">\(optional\)</span>", html)
    assert html.count("(optional)") == 1
    assert "*" not in html


def test_radio_buttons_are_a_group_with_a_legend(html):
    group = re.search(r"<fieldset\b.*?</fieldset>", html, flags=re.DOTALL)
    assert group
    assert "<legend>Shipping</legend>" in group[0]
    assert group[0].count('type="radio"') == 2


def test_autocomplete_is_kept(html):
    assert 'autocomplete="name"' in html


def test_hidden_fields_have_no_label(html):
    assert 'type="hidden" name="secret"' in html
    assert 'for="id_secret"' not in html


def test_helper_lays_out_a_whole_form_with_its_button():
    form = EveryField()
    form.helper = FormHelper()
    form.helper.form_action = "/somewhere/"
    form.helper.layout = Layout(
        Fieldset("Who", "name", Row("email", "country")), Div("units", "rate", "note", "news")
    )
    form.helper.add_input(Submit("go", "Send"))
    html = render_crispy_form(form, context={"csrf_token": "token"})
    assert re.search(r'<form\s[^>]*action="/somewhere/"', html)
    assert 'method="post"' in html
    assert 'name="csrfmiddlewaretoken"' in html
    assert '<legend class="form-group-title">Who</legend>' in html
    assert 'class="field-row' in html
    assert re.search(r"<button[^>]*>Send</button>", html)
    assert html.count('name="email"') == 1


def test_a_formset_is_shown_with_its_management_form():
    formset = forms.formset_factory(EveryField, extra=2)()
    html = Template("{% load crispy_forms_tags %}{{ formset|crispy }}").render(Context({"formset": formset}))
    assert 'name="form-TOTAL_FORMS"' in html
    assert 'name="form-1-email"' in html
