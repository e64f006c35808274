"""How names of regions are compared: by their letters alone, and also without words such as "county"."""

import re
import unicodedata

_LETTERS = str.maketrans({
    "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th",
    "ى": "ي", "ة": "ه", "ـ": "", "臺": "台", "ヶ": "ケ", "&": " and ", "+": " and ",
})  # fmt: skip
_WORDS = {"saint": "st", "sainte": "ste", "sta": "santa", "sto": "santo"}
_KINDS = frozenset({
    "changwat", "co", "commonwealth", "contae", "county", "department", "departamento", "depto", "dept",
    "district", "dpto", "edo", "emirate", "estado", "governorate", "imarat", "island", "islands", "krai",
    "kray", "obl", "oblast", "parish", "pref", "prefecture", "prov", "province", "provincia", "provincie",
    "provinz", "region", "regione", "republic", "respublika", "state", "stato", "tinh",
    "область", "обл", "край", "республика", "респ", "اماره", "محافظه", "استان",
})  # fmt: skip
_LAST_KINDS = _KINDS | {"do", "fu", "il", "ili", "ken", "sheng", "shi", "si", "to", "zizhiqu"}
_LINKS = frozenset({"of", "de", "del", "di", "do", "da", "dos", "dell", "della", "d", "the"})
_ENDINGS = re.compile(
    "(?<=..)(?:(?:壮族|回族|维吾尔)?自治区|特别行政区|省|市|縣|县|県|府|都"
    "|특별자치도|특별자치시|특별시|광역시|도|시)$"
)  # after two characters: what is left of 京都 is no name


def fold(text: str) -> str:
    """Return the letters and digits of a text without case, accents, width, spaces and marks."""
    return "".join(_words(text))


def core(text: str, *, is_name: bool = False) -> str:
    """Return fold() of a text without what only says that it is a county, a province or a state.

    Of a `is_name`, a region's own name, a last "city" goes too: who types "Mexico City" means the city.
    """
    words = _words(text)
    while len(words) > 1 and words[0] in _KINDS | {"the"}:
        words = words[1:]
        while len(words) > 1 and words[0] in _LINKS:
            words = words[1:]
    last = _LAST_KINDS | {"city"} if is_name else _LAST_KINDS
    while len(words) > 1 and (words[-1] in last or words[-1].isdecimal()):
        words = words[:-1]
    return _ENDINGS.sub("", "".join(words))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    apart = unicodedata.normalize("NFKD", plain)
    bare = "".join(mark for mark in apart if not unicodedata.combining(mark))
    bare = unicodedata.normalize("NFC", bare).translate(_LETTERS)
    spaced = "".join(mark if unicodedata.category(mark)[0] in "LMN" else " " for mark in bare)
    return [_WORDS.get(word, word) for word in spaced.split()]
