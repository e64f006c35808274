"""Things with a public page at an address of their own, which foundation.redirects keeps for them."""

from collections.abc import Callable, Collection, Iterable
from typing import Any, ClassVar, Self, TypeVar

from django.db import models, transaction

from foundation import redirects

T = TypeVar("T")


class KeepsAddresses:
    """For a QuerySet: rows reserve their addresses also when many are written at once."""

    model: Any

    def update(self, **values: Any) -> int:
        """Update the rows; where that may move or hide them, as carefully as `save` does."""
        write: Callable[..., int] = super().update  # type: ignore[misc]
        if not set(self.model.decides_address) & set(values):
            return write(**values)
        ids = list(self.values_list("pk", flat=True))  # type: ignore[attr-defined]
        return _keeping_addresses(self.model, ids, lambda: write(**values))

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Create the rows and reserve the addresses of the public ones."""
        with transaction.atomic():
            made: list[Any] = super().bulk_create(objs, *args, **kwargs)  # type: ignore[misc]
            _settle(self.model, [row.pk for row in made if row.pk])
        return made


class AddressedQuerySet(KeepsAddresses, models.QuerySet[Any]):
    """Rows of a kind that has no reads of its own."""


class AddressedModel(models.Model):
    """A row with a `slug` and a page of its own; its address, once public, is never another's."""

    decides_address: ClassVar[Collection[str]] = ("slug",)  # fields that say where it stands, and for whom
    slug = models.SlugField(unique=True)

    class Meta:
        abstract = True

    @classmethod
    def public_rows(cls) -> "models.QuerySet[Self]":
        """Return the rows whose pages readers may see now."""
        return cls._default_manager.all()

    def get_absolute_url(self) -> str:
        """Return the address of its public page."""
        raise NotImplementedError

    @classmethod
    def keep_addresses(cls, ids: Any) -> None:
        """Reserve the present addresses of those of these rows that are public. Needs a transaction."""
        redirects.claim(cls.public_rows().filter(pk__in=ids).only("slug"))

    def clean(self) -> None:
        """Refuse an address that belongs to another thing, at the field."""
        super().clean()
        redirects.check([self])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row, its old address and, once it is public, its new one. Four queries more.

        Raises AddressTaken.
        """
        write = super().save
        _keeping_addresses(
            type(self), [self.pk] if self.pk else [], lambda: write(*args, **kwargs), made=self
        )


def _keeping_addresses(
    kind: type[AddressedModel],
    ids: list[Any],
    write: Callable[[], T],
    made: AddressedModel | None = None,
) -> T:
    """Write rows in a transaction: what was public keeps its address, what becomes public gets one."""
    with transaction.atomic():
        if ids:
            kind.keep_addresses(ids)
        result = write()
        _settle(kind, [made.pk] if made else ids)
    return result


def _settle(kind: type[AddressedModel], ids: list[Any]) -> None:
    redirects.check(kind._base_manager.filter(pk__in=ids).only("slug"))
    kind.keep_addresses(ids)
