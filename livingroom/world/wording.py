"""What the posts say: templates of seven languages, filled so that every post fits a line of 140 signs with its link."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

from livingroom.world.catalogue import PRODUCTS
from livingroom.world.countries import Country
from livingroom.world.period import SECOND

LONGEST_TEXT = 116  # 140 signs less a short link and a space
CODE_LENGTH = 16  # of a code and the word before it
CURRENCY_SIGNS = {
    "USD": "${}",
    "CAD": "${}",
    "AUD": "${}",
    "MXN": "${}",
    "BRL": "R$ {}",
    "GBP": "£{}",
    "JPY": "{}円",
    "EUR": "{} €",
}


@dataclass(frozen=True)
class Saying:
    """What a post is about, before it has words."""

    kind: str
    language: str
    country: Country
    sign: str
    at: int
    product: int
    percent: int = 0
    amount_minor: int = 0
    minimum_minor: int = 0
    gift: int = -1
    ends_at: int = 0
    shows_code: bool = False


@cache
def words(language: str) -> dict[str, Any]:
    """Read one language's templates and slot words."""
    text = files("livingroom.world").joinpath(f"words/{language}.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@cache
def slots_of(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


@cache
def templates(language: str, kind: str, has_percent: bool) -> tuple[str, ...]:
    """Return the templates of a kind whose slots can be filled."""
    known = words(language)[kind]
    return tuple(text for text in known if has_percent or "percent" not in slots_of(text))


def print_money(minor: int, country: Country) -> str:
    whole = f"{minor // 10**country.exponent:,}"
    if country.currency in {"BRL", "EUR"} and country.code != "IE":
        whole = whole.replace(",", ".")
    return CURRENCY_SIGNS[country.currency].format(whole)


def weekday(saying: Saying) -> str:
    """Name the day on which the offer or event ends, on the country's own clock."""
    moment = saying.ends_at or saying.at + 3 * 86_400 * SECOND
    local = datetime.fromtimestamp(moment / SECOND + saying.country.utc_offset_hours * 3600, tz=UTC)
    return str(words(saying.language)["weekdays"][local.weekday()])


def pick(choices: Any, draw: float) -> str:
    return str(choices[int(draw * len(choices))])


def put_into_words(saying: Saying, chances: list[float]) -> str:
    """Write one post. `chances` are ten draws from [0, 1), so that the same world says the same."""
    known = words(saying.language)
    product = PRODUCTS[saying.product]
    candidates = templates(saying.language, saying.kind, saying.percent > 0)
    filled = pick(candidates, chances[0]).format_map(
        {
            "product": product.name,
            "category": known["categories"][product.category],
            "thing": known["things"][product.category],
            "percent": saying.percent,
            "amount": print_money(saying.amount_minor, saying.country),
            "minimum": print_money(saying.minimum_minor, saying.country),
            "gift": known["gifts"][saying.gift] if saying.gift >= 0 else pick(known["gifts"], chances[1]),
            "end": weekday(saying),
            "n": 8 + int(chances[2] * 190),
            "name": pick(known["names"], chances[3])
            + ("" if chances[9] < 0.6 else str(int(chances[9] * 99))),
            "topic": pick(known["topics"], chances[4]),
            "city": pick(known["cities"], chances[5]),
            "event": pick(known["events"], chances[6]),
            "colour": pick(known["colours"], chances[7]),
            "sign": saying.sign,
        }
    )
    text = dress(saying, filled[:1].upper() + filled[1:], known, chances[8])
    code = f" {known['code_word']} {{code}}" if saying.shows_code else ""
    return f"{text}{code} {{link}}"


def dress(saying: Saying, text: str, known: dict[str, Any], chance: float) -> str:
    """Add an opening or a closing where one fits; answers to people and signed lines stay as they are."""
    if text.startswith("@"):
        return text
    # One draw, read as two digits of a mixed base, picks both.
    plain = "" if saying.ends_at else "plain_"
    openers, closers = known[f"{plain}openers"], known[f"{plain}closers"]
    choice = int(chance * len(openers) * len(closers))
    opener, closer = openers[choice % len(openers)], closers[choice // len(openers)].format(sign=saying.sign)
    if "^" in text and "^" in closer:
        closer = ""
    dressed = f"{opener}{text}{closer}"
    room = LONGEST_TEXT - (CODE_LENGTH if saying.shows_code else 0)
    return dressed if len(dressed) <= room else text
