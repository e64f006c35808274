"""E-mail addresses that look mistyped: a domain one letter off a common one, an ending that is none.

A hint for people, never a reason to refuse: whoever has an address at gmial.com keeps it.
"""

from django.utils.translation import gettext as _

SHORTEST = 5  # letters; shorter names are all one letter off some other that exists
_WIDELY = frozenset({
    "at", "be", "ca", "ch", "cl", "cn", "co.id", "co.in", "co.jp", "co.nz", "co.th", "co.uk", "co.za", "com",
    "com.ar", "com.au", "com.br", "com.mx", "com.tr", "com.tw", "cz", "de", "dk", "es", "fi", "fr", "gr",
    "hu", "ie", "in", "it", "nl", "no", "pl", "pt", "ro", "se",
})  # fmt: skip
_COMMON = {
    "gmail": frozenset({"com"}), "googlemail": frozenset({"com"}), "icloud": frozenset({"com"}),
    "hotmail": _WIDELY, "outlook": _WIDELY, "yahoo": _WIDELY, "comcast": frozenset({"net"}),
    "protonmail": frozenset({"com", "ch"}), "proton": frozenset({"me"}), "t-online": frozenset({"de"}),
    "freenet": frozenset({"de"}), "wanadoo": frozenset({"fr"}), "laposte": frozenset({"net"}),
    "libero": frozenset({"it"}), "seznam": frozenset({"cz"}), "btinternet": frozenset({"com"}),
    "bluewin": frozenset({"ch"}), "rocketmail": frozenset({"com"}), "verizon": frozenset({"net"}),
}  # fmt: skip
_EXIST = frozenset(
    {"ymail", "mail", "email", "hotmails", "fastmail"}
)  # one letter off a common one, and real
_ENDINGS = {
    **dict.fromkeys(("con", "cmo", "ocm", "vom", "xom", "coom", "comm", "cpm", "cim", "ckm", "clm"), "com"),
    **dict.fromkeys(("nte", "ent", "nett"), "net"),
}  # that no domain of the internet has


def hint(address: str) -> str:
    """Return a question such as "Did you mean ada@gmail.com?", empty for an address that looks right."""
    meant = suggestion(address)
    return _("Did you mean %(address)s?") % {"address": meant} if meant else ""


def suggestion(address: str) -> str:
    """Return the address that was probably meant, empty when there is nothing to say."""
    person, at, domain = address.strip().rpartition("@")
    name, dot, ending = domain.lower().partition(".")
    if not (person and at and name and dot and ending) or len(address) > 254:
        return ""
    better = _domain(name, ending)
    return f"{person}@{better}" if better != f"{name}.{ending}" else ""


def _domain(name: str, ending: str) -> str:
    *before, last = ending.split(".")
    right = ".".join([*before, _ENDINGS.get(last, last)])
    common = _common(name)
    if common and right not in _COMMON[common]:
        right = next(
            (known for known in ("com", "net") if known in _COMMON[common] and _is_near(right, known)), right
        )
    return f"{common}.{right}" if common and right in _COMMON[common] else f"{name}.{right}"


def _common(name: str) -> str:
    """Return the common name that this is, or is one letter off; else an empty text."""
    if name in _COMMON or name in _EXIST or len(name) < SHORTEST - 1:
        return name if name in _COMMON else ""
    return next((known for known in _COMMON if len(known) >= SHORTEST and _is_near(name, known)), "")


def _is_near(one: str, other: str) -> bool:
    """Whether one letter more, less or other, or two that changed places, make one text of the other."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    at = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    mine, its = one[at:], other[at:]
    if len(one) != len(other):
        return mine[1:] == its if len(one) > len(other) else mine == its[1:]
    return mine[1:] == its[1:] or (mine[:2] == its[1::-1] and mine[2:] == its[2:])
