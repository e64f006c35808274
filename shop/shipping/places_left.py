"""What becomes of places that leave their zone: another zone ships there, or nobody can order there.

A part of a country stands for itself as long as it is in a zone, also in one that the shop does not ship
to. Without it, what holds for the rest of the country holds there too.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from foundation.setup_checks import some
from shop.shipping.models import ZoneCountry


def without(places: Iterable[ZoneCountry], *, staying: Iterable[ZoneCountry] = ()) -> Iterator[str]:
    """Tell what holds at these places once they are in no zone of their own. Two queries.

    `staying` are rows of the same form as it leaves them.
    """
    kept = list(staying)
    here = {_key(row) for row in kept}
    places = [place for place in places if _key(place) not in here]
    codes = {str(place.country) for place in places}
    gone = [place.pk for place in places]
    left = list(
        ZoneCountry.objects.filter(country__in=codes, postal_codes="")
        .exclude(pk__in=[*gone, *(row.pk for row in kept if row.pk)])
        .select_related("zone")
    )
    left += [row for row in kept if not row.postal_codes]
    excluded = set(
        ZoneCountry.objects.filter(pk__in=gone, zone__is_excluded=True).values_list("pk", flat=True)
    )
    nowhere: list[str] = []
    others: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for place in places:
        wider = _wider(place, left)
        if wider is not None and not wider.zone.is_excluded:
            others[wider.zone.name, place.pk in excluded].append(str(place))
        elif place.pk not in excluded:
            nowhere.append(str(place))
    if nowhere:
        yield _("Nobody can order any more in: %(countries)s.") % {"countries": some(nowhere)}
    for (zone, was_excluded), names in others.items():
        text = _("At the rates of the zone “%(zone)s” from then on: %(places)s.")
        if was_excluded:
            text = _("Orders go there again, at the rates of the zone “%(zone)s”: %(places)s.")
        yield text % {"zone": zone, "places": some(names)}


def _wider(place: ZoneCountry, left: Sequence[ZoneCountry]) -> ZoneCountry | None:
    """Return the narrowest of other places that holds all of this one: its region, else its country."""
    around = [
        other
        for other in left
        if other.country == place.country and other.region in {place.region, ""}
        if _key(other) != _key(place)
    ]
    return max(around, key=lambda other: other.region, default=None)


def _key(place: ZoneCountry) -> tuple[str, str, str]:
    return str(place.country), place.region, place.postal_codes
