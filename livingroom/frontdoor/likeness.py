"""Names that look like ours: other alphabets, digits for letters, a letter more or less, words added."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Letters that most people take for Latin ones, small letters only. From looking at common typefaces.
_LOOKS_LIKE = str.maketrans(
    {
        # Cyrillic
        "а": "a", "в": "b", "е": "e", "к": "k", "м": "m", "н": "h", "о": "o", "р": "p", "с": "c", "т": "t", "у": "y",
        "х": "x", "і": "l", "ј": "j", "ѕ": "s", "һ": "h", "ԁ": "d", "ԛ": "q", "ԝ": "w", "ь": "b", "п": "n", "г": "r",
        # Greek
        "α": "a", "β": "b", "ε": "e", "η": "n", "ι": "l", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "σ": "o", "τ": "t",
        "υ": "u", "χ": "x", "ω": "w", "γ": "y",
        # Latin with a disguise
        "ı": "l", "ɩ": "l", "ł": "l", "ø": "o", "ɡ": "g", "ɑ": "a", "đ": "d", "ƙ": "k", "ʀ": "r", "ɴ": "n", "ꜱ": "s",
        # Digits and signs
        "0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "|": "l", "!": "l", "$": "s",
        # A capital I is a small i here, and looks like an l where it is read
        "i": "l",
        # What only separates
        "_": None, "-": None, ".": None, " ": None,
    }
)  # fmt: skip
SHORTEST = 5
LONG = 9


@dataclass(frozen=True)
class Likeness:
    """Why a name looks like ours: `how` is letters, spelling or added; `detail` the letters or words."""

    how: str
    detail: str = ""


@lru_cache(maxsize=8192)
def skeleton(name: str) -> str:
    """What is left of a name when everything that looks alike is made alike."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    seen = "".join(
        letter
        for letter in plain
        if not unicodedata.combining(letter) and unicodedata.category(letter) != "Cf"
    )
    return seen.translate(_LOOKS_LIKE).replace("rn", "m").replace("vv", "w")


def likeness(name: str, ours: str) -> Likeness | None:
    """Say how `name` resembles `ours`; None when it does not, or when it is the very same."""
    if name == ours:
        return None
    bones, our_bones = skeleton(name), skeleton(ours)
    if not bones or len(our_bones) < SHORTEST - 1:
        return None
    if bones == our_bones:
        strange = _strange_letters(name, ours)
        return Likeness("letters", strange) if strange else Likeness("spelling")
    allowed = 0 if len(our_bones) < SHORTEST else 1 if len(our_bones) < LONG else 2
    if distance(bones, our_bones, allowed) <= allowed:
        return Likeness("spelling")
    if len(our_bones) >= SHORTEST and our_bones in bones:
        return Likeness("added", _added(name, ours))
    return None


def distance(one: str, other: str, most: int) -> int:
    """How many letters must be put in, left out, changed or swapped; `most` + 1 when it is more than that."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, theirs in enumerate(other, 1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != theirs))
            swapped = row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == theirs
            current.append(min(cost, before[column - 2] + 1) if swapped else cost)
        if min(current) > most:
            return most + 1
        before, last = last, current
    return last[-1]


def _strange_letters(name: str, ours: str) -> str:
    """The letters of `name` that ours does not have, named so that they can be told apart."""
    strange = dict.fromkeys(letter for letter in name if letter not in ours and letter not in "_-. ")
    return ", ".join(map(_shown, strange))


def _shown(letter: str) -> str:
    if letter.isascii():
        return (
            f"{letter.upper()}/{letter}" if letter.isalpha() else letter
        )  # which of them it was makes the likeness
    return f"{letter} ({_name_of(letter)})" if letter.isprintable() else _name_of(letter)


def _name_of(letter: str) -> str:
    return unicodedata.name(letter, f"U+{ord(letter):04X}").lower()


def _added(name: str, ours: str) -> str:
    """What stands around our name, as far as it stands there letter by letter."""
    plain, own = name.replace("-", "_"), ours.replace("-", "_")
    around = plain.replace(own, " ") if own in plain else plain.replace(own.replace("_", ""), " ")
    return " ".join(around.replace("_", " ").replace(".", " ").split()) or name
