"""What a moderator looks at first: a dozen signs of advertising, each with the words that say it."""

import re
from math import log

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.words.cleaning import CLOCK, LINK, PERSON, PHONE

_ASKS = re.compile(
    r"\b(?:subscrib\w*|sub(?:s|bed)?\b|check(?: \w+)? out|visit|click|follow (?:me|us|my)|go to\b"
    r"|take a look|watch my|vote for|share (?:this|my)|join|sign up|download|inbox me|message me|add me|like my"
    r"|give (?:me|it|us))",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(?:my|our|mine|me|us)\b(?: \w+){0,2} (?:channel|video|vid|vids|videos|page|cover|covers|song|songs|music|blog|site|"
    r"website|track|remix|band|facebook|twitter|instagram|profile|work|playlist|project)\b|\bmy channel\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\$|€|£|\b(?:money|cash|earn\w*|free|paypal|bitcoin|giveaway|gift|win|prize|discount|cheap|income|dollars?|bucks|hack\w*|generat\w*)\b",
    re.IGNORECASE,
)
_BAIT = re.compile(r"\b(?:thumbs? up|like (?:this|if)|thumb this|likes? if|reply if)\b", re.IGNORECASE)
_PLEA = re.compile(
    r"\b(?:please|pls|plz|support (?:me|us)|help me|give (?:me|us) a chance|won'?t regret)\b", re.IGNORECASE
)
_GREETS = re.compile(
    r"^\W*(?:hi|hey|hello|yo|sup)\b(?: \w+)?|\b(?:guys|everyone|everybody|you all|y'?all)\b", re.IGNORECASE
)
_ABOUT = re.compile(
    r"\b(?:views?|viewers?|billion|million|song|love|watching|listen\w*|best|lyrics|voice|beat|dance)\b",
    re.IGNORECASE,
)

_MOST = 4


def signs_of(clean: str, marks: str) -> list[tuple[str, float]]:
    """Return each sign of one text with its size. `clean` and `marks` are what cleaning.plain and marked return."""
    n = max(len(clean), 1)
    return [
        ("links", min(marks.count(LINK), _MOST)),
        ("asks for a click, a subscription or a share", min(len(_ASKS.findall(clean)), _MOST)),
        ("speaks of their own channel or page", min(len(_OWN.findall(clean)), _MOST)),
        ("money, prizes or free things", min(len(_MONEY.findall(clean)), _MOST)),
        ("asks for likes", min(len(_BAIT.findall(clean)), _MOST)),
        ("pleads", min(len(_PLEA.findall(clean)), _MOST)),
        ("addresses everybody", min(len(_GREETS.findall(clean)), _MOST)),
        ("speaks of what is shown here", min(len(_ABOUT.findall(clean)), _MOST)),
        ("a phone number", min(marks.count(PHONE), 1)),
        ("names a moment", min(marks.count(CLOCK), 1)),
        ("speaks to somebody", min(marks.count(PERSON), 1)),
        ("length", log(n) - 4),
        ("capitals", sum(map(str.isupper, clean)) / n),
        ("digits", sum(map(str.isdigit, clean)) / n),
        ("exclamation marks", log(1 + clean.count("!"))),
        ("lines", log(1 + clean.count("\n"))),
    ]


def sign_matrix(texts: list[tuple[str, str]]) -> NDArray[np.float32]:
    """Return the sizes of all signs, shape (n, number of signs)."""
    rows = [[size for _, size in signs_of(clean, marks)] for clean, marks in texts]
    return np.array(rows, dtype=np.float32).reshape(len(texts), len(signs_of("", "")))


def sign_names() -> list[str]:
    return [name for name, _ in signs_of("", "")]
