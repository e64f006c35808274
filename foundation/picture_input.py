"""The form control that shows the picture at hand and takes another one."""

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.forms import ClearableFileInput

KEEP_SECONDS = 24 * 3600
_signer = signing.TimestampSigner(salt="foundation.kept-upload")


@dataclass(frozen=True, slots=True)
class KeptUpload:
    """A picture that was uploaded with a form which had an error elsewhere, and is stored by now."""

    picture_id: int


class PictureInput(ClearableFileInput):
    """A file input that shows the current picture above itself, and may clear it.

    A browser never sends a chosen file twice, so a form that comes back carries the name of what was stored.
    """

    template_name = "foundation/picture_input.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, shows_current: bool = True) -> None:
        """Show the picture at hand, unless the form shows it elsewhere and a picture is always needed."""
        super().__init__(attrs)
        self.shows_current = shows_current

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the upload, else the one that the form has carried since an error, for a day."""
        upload = super().value_from_datadict(data, files, name)
        return _kept(data.get(f"{name}-kept", "")) if upload is None else upload

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Return whether nothing was chosen, neither now nor before an error."""
        return super().value_omitted_from_data(data, files, name) and f"{name}-kept" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Offer the current picture's smallest rendition to the template, and what to carry on."""
        context = super().get_context(name, value, attrs)
        is_kept = getattr(value, "is_kept_upload", False)
        is_shown = self.is_initial(value) and (self.shows_current or is_kept)
        context["widget"]["current"] = value.url(1) if is_shown else ""
        context["widget"]["kept"] = _signer.sign(str(value.pk)) if is_kept else ""
        context["widget"]["kept_name"] = str(value) if is_kept else ""
        return context


def _kept(signed: str) -> KeptUpload | None:
    try:
        return KeptUpload(int(_signer.unsign(signed, max_age=KEEP_SECONDS))) if signed else None
    except signing.BadSignature:
        return None
