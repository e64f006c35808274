"""What the staff may search lists for: so many words at once, since each is looked for in every field."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.views.main import ChangeList, ChangeListSearchForm
from django.http import HttpRequest
from django.utils.text import smart_split

MOST_WORDS, MOST_CHARACTERS = 10, 200  # a database refuses some hundreds of words


def shortened(text: str) -> str:
    """Return the beginning of a search that is looked for."""
    beginning = text[:MOST_CHARACTERS].replace("\x00", "")
    words = list(smart_split(beginning))
    return " ".join(words[:MOST_WORDS]) if len(words) > MOST_WORDS else beginning


class ShortSearchForm(ChangeListSearchForm):
    """The search of a list; its box shows what was looked for."""

    def clean(self) -> dict[str, Any]:
        """Keep the first words."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        return {name: shortened(text) if isinstance(text, str) else text for name, text in cleaned.items()}


class ShortAutocomplete(AutocompleteJsonView):
    """The search of a choice, for the first words of what was typed."""

    def process_request(self, request: HttpRequest) -> Any:
        """Read what is asked for."""
        term, *rest = super().process_request(request)
        return shortened(term), *rest


ChangeList.search_form_class = ShortSearchForm  # of every list, Django's own included
