"""Admin screens that upload pictures where they are used."""

from typing import Any

from django.db.models import Field, ForeignKey
from django.http import HttpRequest

from foundation.pictures import Picture, PictureField


class PictureUploads:
    """Give every key to a Picture an upload field; mix it into a ModelAdmin or an inline, in front."""

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest | None, **kwargs: Any
    ) -> Any:
        """Return a PictureField for keys to pictures, Django's own field for everything else."""
        if isinstance(db_field, ForeignKey) and db_field.remote_field.model is Picture:
            label = str(db_field.verbose_name).capitalize()
            return PictureField(label=label, required=not db_field.blank, help_text=db_field.help_text)
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
