"""How X measures a post. Pure.

Every address counts 23, whatever its length; an emoji counts 2, however many code points it is made of; letters of the
ranges below count 1, all others (Chinese, Japanese, Korean, …) 2. At most 280, after the text was brought to form C.
https://docs.x.com/resources/fundamentals/counting-characters
"""

import re
import unicodedata
from collections.abc import Iterator

from livingroom.networks.rendering import Ruler
from livingroom.networks.x.addresses import ADDRESS

LONGEST = 280
ADDRESS_WEIGHT = 23
EMOJI_WEIGHT = 2
# (first, last) code point of those that count 1: Latin, Greek, Cyrillic, Hebrew, Arabic, Indic, Georgian, …, punctuation.
LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
# X refuses a post with one of these in it.
NEVER_ALLOWED = re.compile("[\ufffe\ufeff\uffff]")

_TONE = "[\U0001f3fb-\U0001f3ff]"
_PICTURE = (
    "[\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u23cf\u23e9-\u23f3\u23f8-\u23fa\u24c2"
    "\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u27bf\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d"
    "\u3297\u3299\U0001f004\U0001f0cf\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f18e\U0001f191-\U0001f19a\U0001f201"
    "\U0001f202\U0001f21a\U0001f22f\U0001f232-\U0001f23a\U0001f250\U0001f251\U0001f300-\U0001f64f\U0001f680-\U0001f6ff"
    "\U0001f7e0-\U0001f7f0\U0001f900-\U0001f9ff\U0001fa70-\U0001faff]"
)
_ONE_PICTURE = f"{_PICTURE}(?:{_TONE}|\ufe0f)?"
_EMOJI = (
    "[\U0001f1e6-\U0001f1ff]{2}"  # a flag
    "|\U0001f3f4[\U000e0061-\U000e007a\U000e0030-\U000e0039]+\U000e007f"  # the flag of a region
    "|[0-9#*]\ufe0f?\u20e3"  # a key
    "|[\u00a9\u00ae]\ufe0f"
    f"|{_ONE_PICTURE}(?:\u200d{_ONE_PICTURE})*"
)
_UNIT = re.compile(f"(?P<address>{ADDRESS.pattern})|(?P<emoji>{_EMOJI})|.", re.DOTALL | re.IGNORECASE)


def weigh(text: str) -> int:
    """The length of a text as X counts it."""
    return sum(weight for _, weight in _units(unicodedata.normalize("NFC", text)))


def first_weighing(text: str, limit: int) -> str:
    """The longest beginning that weighs at most `limit`; an address, an emoji or an accent is never torn."""
    end = position = total = 0
    for unit, weight in _units(text):
        if not unicodedata.combining(unit[0]):
            end = position
        total += weight
        if total > limit:
            return text[:end]
        position += len(unit)
    return text


def _units(text: str) -> Iterator[tuple[str, int]]:
    for match in _UNIT.finditer(text):
        if match["address"]:
            yield match.group(), ADDRESS_WEIGHT
        elif match["emoji"]:
            yield match.group(), EMOJI_WEIGHT
        else:
            yield match.group(), 1 if _is_light(ord(match.group())) else 2


def _is_light(code_point: int) -> bool:
    return any(first <= code_point <= last for first, last in LIGHT)


RULER = Ruler(weigh, first_weighing)
