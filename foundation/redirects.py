"""Addresses that were ever public, and the thing that each belongs to: the one table of redirects.

A row is written once readers may see a thing at its address, never for a draft. It reserves the address
for the thing, also after a move and while the thing is hidden. Rows name the thing and not its present
address: every former address leads there in one step, and none leads to itself.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Subquery
from django.urls import NoReverseMatch, Resolver404, resolve
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from foundation.addressed import AddressedModel

LONGEST_PATH = 500


class AddressTaken(ValidationError):
    """The address belongs to another thing; the error stands at the field `slug`."""


class Redirect(models.Model):
    """A path that was once public; `thing` and `thing_id` name its owner, as in ("shop.product", 7).

    Without an owner, or once that is deleted, it leads to `target`, a path of this site, if there is one.
    """

    path = models.CharField(_("address"), max_length=LONGEST_PATH, unique=True)
    thing = models.CharField(_("thing"), max_length=60, blank=True)
    thing_id = models.BigIntegerField(_("number of the thing"), null=True, blank=True)
    target = models.CharField(_("leads to"), max_length=LONGEST_PATH, blank=True)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        ordering = ["path"]
        indexes = [models.Index(fields=["thing", "thing_id"], name="redirects_of_thing")]

    def __str__(self) -> str:
        return self.path

    @property
    def owner(self) -> "AddressedModel | None":
        """What the address belongs to; None once that is deleted. One query."""
        if not self.thing:
            return None
        owner: AddressedModel | None = (
            apps.get_model(self.thing)._base_manager.filter(pk=self.thing_id).first()
        )  # fmt: skip
        return owner


def normal(path: str) -> str:
    """Return a path as the table keeps it: in lower case, with its slash at the end; empty if none can be."""
    folded = path.lower()
    if "." not in folded.rpartition("/")[2]:
        folded = folded.rstrip("/") + "/"
    is_storable = len(folded) <= LONGEST_PATH and "\x00" not in folded and folded.isprintable()
    return folded if is_storable else ""


def path_of(thing: "AddressedModel") -> str:
    """Return the normal path of a thing's own page; empty while it can have none."""
    try:
        return normal(thing.get_absolute_url())
    except NoReverseMatch:
        return ""


def former(thing: "AddressedModel") -> list[str]:
    """Return the addresses that a thing once had, without its present one. One query."""
    return list(_owned_by(thing).exclude(path=path_of(thing)).values_list("path", flat=True))


def _owned_by(thing: "AddressedModel") -> "models.QuerySet[Redirect]":
    return Redirect.objects.filter(thing=thing._meta.label_lower, thing_id=thing.pk)


def check(things: Iterable["AddressedModel"]) -> None:
    """Refuse an address that belongs to another thing, or to a page of the program. One query.

    Raises AddressTaken.
    """
    by_path = {path_of(thing): thing for thing in things}
    for path, thing in by_path.items():
        if path and not _leads_to(path, thing):
            raise _taken(gettext("The shop has a page of its own here. Please choose another address."))
    for row in Redirect.objects.filter(path__in=by_path):
        _refuse_other_owner(row, by_path[row.path])


def _leads_to(path: str, thing: "AddressedModel") -> bool:
    """Say whether the site would show this very thing at a path."""
    try:
        return bool(resolve(path).kwargs.get("slug") == thing.slug.lower())
    except Resolver404:
        return False


def _refuse_other_owner(row: Redirect, thing: "AddressedModel") -> None:
    if (row.thing, row.thing_id) == (thing._meta.label_lower, thing.pk):
        return
    owner = row.owner
    if owner is not None and (type(owner), owner.slug) != (type(thing), thing.slug):  # else: not unique
        text = gettext(
            "This address belongs to the %(kind)s “%(name)s”, and links to it still lead there. "
            "Please choose another one."
        )
        raise _taken(text % {"kind": owner._meta.verbose_name, "name": owner})


def _taken(text: str) -> AddressTaken:
    return AddressTaken({"slug": [ValidationError(text, code="address_taken")]})


def claim(public: Iterable["AddressedModel"]) -> None:
    """Reserve the present addresses of things that readers may see, for good. Two queries, or three.

    Needs a transaction. Raises AddressTaken.
    """
    things = {path: thing for thing in public if (path := path_of(thing))}
    known = {row.path: row for row in Redirect.objects.filter(path__in=things)}
    for path, row in known.items():
        _refuse_other_owner(row, things[path])
        row.thing, row.thing_id = things[path]._meta.label_lower, things[path].pk
    Redirect.objects.bulk_update(known.values(), ["thing", "thing_id"])
    Redirect.objects.bulk_create(
        Redirect(path=path, thing=thing._meta.label_lower, thing_id=thing.pk)
        for path, thing in things.items()
        if path not in known
    )


def present_address(path: str) -> str | None:
    """Return where what once stood at `path` is to be seen now; None if nowhere, or there. One query."""
    asked, tail = _without_card(normal(path))
    if not asked:
        return None
    kinds = _kinds()
    slugs = {
        f"slug_{n}": kind.public_rows().order_by().filter(pk=OuterRef("thing_id")).values("slug")[:1]
        for n, kind in enumerate(kinds)
    }
    rows = Redirect.objects.filter(path=asked)
    for row in rows.annotate(**{name: Subquery(slug) for name, slug in slugs.items()}):
        if (address := _address(row, kinds)) and f"{address}{tail}" != path:
            return f"{address}{tail}"
    return None


def _without_card(path: str) -> tuple[str, str]:
    """Return a path without the name of the picture that a shared link shows, and that name."""
    name = "share.jpg"
    return (path.removesuffix(name), name) if path.endswith(f"/{name}") else (path, "")


def _address(row: Any, kinds: "list[type[AddressedModel]]") -> str:
    for n, kind in enumerate(kinds):
        if row.thing == kind._meta.label_lower:
            slug = getattr(row, f"slug_{n}")
            return kind(slug=slug).get_absolute_url() if slug else _local(row.target)
    return _local(row.target)


def _local(target: str) -> str:
    """Return a target that stays on this site; empty for any other."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else ""


def _kinds() -> "list[type[AddressedModel]]":
    from foundation.addressed import AddressedModel

    return [model for model in apps.get_models() if issubclass(model, AddressedModel)]
