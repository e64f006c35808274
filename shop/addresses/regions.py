"""The regions of a country, and which of them somebody means: by name, in any script, or by a code."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from shop.addresses import countries
from shop.addresses.folding import core, fold
from shop.addresses.region_names import other_names

Names = Mapping[str, frozenset[str]]  # what a name may stand for, by its folded form


@cache
def choices(country: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return (code, names) of a country's regions in the package's order; empty where it has no list."""
    names: dict[str, list[str]] = {}
    for code, name in countries.found(country).country_area_choices:
        names.setdefault(_same(code, names), []).append(name)
    return tuple((code, tuple(dict.fromkeys(known))) for code, known in names.items())


def _same(code: str, names: Mapping[str, list[str]]) -> str:
    """Return the code of the region that goes by this code as a name: the package has some under two."""
    return next((other for other, known in names.items() if code in known and other != code), code)


def has(country: str, code: str) -> bool:
    """Whether a country has a region with this code, in any case."""
    return any(code.casefold() == known.casefold() for known, _names in choices(country))


def names(country: str) -> tuple[str, ...]:
    """Return every name of every region of a country."""
    return tuple(dict.fromkeys(name for _code, known in choices(country) for name in known))


def name_of(country: str, code: str) -> str:
    """Return the name of a region as its country writes it, the code of one that is not known."""
    known = dict(choices(country)).get(code, (code,))
    return code if code in known else known[-1]


def title(country: str, code: str) -> str:
    """Return a region for a list: its name, and its code where that says something else."""
    name = name_of(country, code)
    latin = next((known for known in dict(choices(country)).get(code, ()) if known.isascii()), "")
    both = (
        f"{name} ({latin})" if latin and not any(mark.isascii() and mark.isalpha() for mark in name) else name
    )
    return f"{both} ({code})" if code.isascii() and len(code) <= 6 and code != name else both


def meant(country: str, typed: str) -> frozenset[str]:
    """Return the codes that a typed region can stand for: none, one, or all that it fits equally well."""
    whole = _meant(country, typed)
    if whole:
        return whole
    parts = [part for part in re.split(r"[/|(),、（）／，]", typed) if fold(part)]  # such as "Araba/Álava"
    each = {_meant(country, part) for part in parts}
    return next(iter(each)) if len(parts) > 1 and len(each) == 1 else frozenset()


def code_of(country: str, typed: str) -> str:
    """Return the code of the one region that is meant, empty when there is none or more than one."""
    found = meant(country, typed)
    return next(iter(found)) if len(found) == 1 else ""


def _meant(country: str, typed: str) -> frozenset[str]:
    wanted, bare = fold(typed), core(typed)
    if not wanted:
        return frozenset()
    own, others, loose = _tables(country)
    asked = ((own, wanted), (others, wanted), (loose, wanted), (own, bare), (loose, bare))
    return next((table[name] for table, name in asked if name in table), frozenset())


@cache
def _tables(country: str) -> tuple[Names, Names, Names]:
    """Return names by trust: those of the package, other names and ISO codes, and all without their kind."""
    listed = [(code, name) for code, known in choices(country) for name in (code, *known)]
    iso = [(_listed(country, code), short) for code, short in countries.iso_codes(country)]
    short = [*iso, *((code, code) for code, _known in choices(country) if len(code) <= 3)]
    known_as = other_names(country)
    others = [*known_as, *iso, *((code, f"{country}{name}") for code, name in short)]
    own = _table((code, fold(name)) for code, name in listed)
    cores = [
        *((code, core(name, is_name=True)) for code, name in listed),
        *((c, core(name)) for c, name in known_as),
    ]
    return own, _table((code, fold(name)) for code, name in others), _table(cores)


def _listed(country: str, code: str) -> str:
    return next((known for known, same in choices(country) if code in (known, *same)), code)


def _table(pairs: Iterable[tuple[str, str]]) -> Names:
    table: dict[str, set[str]] = {}
    for code, name in pairs:
        if name:
            table.setdefault(name, set()).add(code)
    return {name: frozenset(codes) for name, codes in table.items()}
