"""Names that could be taken for somebody's whom readers trust: an author, the shop, one of its staff.

A name is folded to its looks: accents, case, spacing and look-alike letters of other scripts do not count.
The moderator is told whom it looks like; nothing is refused, for people do share names.
Who is known is asked of the functions registered in config/wiring.py, when the desk is shown.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

LONG = 6  # letters of a folded name from which one letter more, less or other still looks the same


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name that readers trust, and in words whose it is, such as "the author".

    A name of several words is also found inside of a longer one; one of a single word only if it `is_rare`.
    """

    name: str
    whose: "str | StrPromise"
    is_rare: bool = False


_readers: list[Callable[[], Iterable[KnownName]]] = []

# letters that look like another in capitals only: read before the case is folded
_CAPITALS = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧԌ", "ABEZHIKMNOPTYXG", strict=True))
_SMALL = {
    # Cyrillic
    **dict(zip("абвгеһіјкӏмноԛрсѕтуԝхѵԁъьԍзч", "abbrehljklmhoqpcstywxvdbbge4", strict=True)),
    # Greek
    **dict(zip("αβγεηικνορτυχωϲϳ", "abyenikvoptuxwcj", strict=True)),
    # Armenian
    **dict(zip("օսհոզցլյ", "ouhnqglj", strict=True)),
    # Latin letters that have no parts to take away
    **dict(zip("øłđħıȷɑɡɩʏŧŋƒþ", "oldhijagiytnfp", strict=True)),
    **dict(zip("ᴀʙᴄᴅᴇғɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡᴢ", "abcdefghijklmnoprstuvwz", strict=True)),
    # Lisu
    **dict(zip("ꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ", "abcdefghijklmnoprstuvwxyz", strict=True)),
    # Cherokee, whose small letters fold to these capitals
    **dict(zip("ᎪᏴᏟᎠᎬᎻᎥᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃ", "abcdehijklmprstvwz", strict=True)),
    # digits and signs that stand for letters; l, i and 1 are one
    **dict(zip("01345789@$|!", "oleastbgasll", strict=True)),
    "i": "l",
    "æ": "ae",
    "œ": "oe",
    "ß": "ss",
}
_PAIRS = (("rn", "m"), ("nn", "m"), ("vv", "w"), ("cl", "d"))
_NO_LETTER = re.compile(r"[\W_]+")


def register(read: Callable[[], Iterable[KnownName]]) -> None:
    """Let the names that read() returns be known; it is asked once for each page of the desk."""
    if read not in _readers:
        _readers.append(read)


def known() -> list[KnownName]:
    """Return every known name that has letters. One query for each registered function."""
    return [one for read in _readers for one in read() if looks(one.name)]


def found(name: str, among: Iterable[KnownName]) -> KnownName | None:
    """Return the first of the known names that `name` looks like or contains; None for no such name."""
    words = _words(name)
    return next((one for one in among if _is_like(words, _words(one.name), is_rare=one.is_rare)), None)


def looks(name: str) -> str:
    """Return a name folded to its looks, without spaces."""
    return "".join(_words(name))


def _words(name: str) -> list[str]:
    """Return the words of a name, each folded to its looks."""
    plain = unicodedata.normalize("NFKD", "".join(_CAPITALS.get(char, char) for char in name))
    shown = "".join(_CAPITALS.get(c, c) for c in plain if unicodedata.category(c) not in {"Mn", "Me", "Cf"})
    letters = "".join(_same_looks(char) for char in shown.casefold())
    return [word for word in _NO_LETTER.split(_without_pairs(letters)) if word]


def _without_pairs(letters: str) -> str:
    """Return letters with each pair as the one that it looks like."""
    for pair, one in _PAIRS:
        letters = letters.replace(pair, one)
    return letters


def _same_looks(char: str) -> str:
    """Return the letters that a character looks like, in one or two steps: ı looks like i, and i like l."""
    once = _SMALL.get(char, char)
    return "".join(_SMALL.get(one, one) if one.isascii() and one.isalpha() else one for one in once)


def _is_like(typed: list[str], trusted: list[str], *, is_rare: bool) -> bool:
    ours, theirs = (_without_pairs("".join(words)) for words in (trusted, typed))  # also across a dot
    if ours == theirs or sorted(typed) == sorted(trusted):
        return True
    if len(ours) >= LONG and _is_one_letter_off(theirs, ours):
        return True
    return (is_rare or len(trusted) > 1) and _contains(typed, ours)


def _contains(words: list[str], name: str) -> bool:
    """Return whether some words in a row are the name, however it was spaced."""
    for start in range(len(words)):
        run = ""
        for word in words[start:]:
            run += word
            if _without_pairs(run) == name:
                return True
            if len(_without_pairs(run)) > len(name):
                break
    return False


def _is_one_letter_off(one: str, other: str) -> bool:
    """Return whether one letter more, less or other makes the two the same, or two that changed places."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    at = next((place for place, char in enumerate(short) if long[place] != char), len(short))
    if len(short) == len(long):
        is_swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
        return is_swapped or short[at + 1 :] == long[at + 1 :]
    return short[at:] == long[at + 1 :]
