"""What people say about Corner PC in 2008 and 2009, in five languages, and the fault of October 2009 whose start is known.

A batch of Hearth 15 notebooks overheats. The first owner says so in Brazil; hours later it is all over the Brazilian and the
American accounts. The truth (when it began, and what each mention really is) stays in this table, beside the product's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from livingroom.world.brand import BRAND_NAME, BranchFacts
from livingroom.world.catalogue import PRODUCTS
from livingroom.world.period import (
    DAY,
    HOUR,
    HOUR_WEIGHT,
    SECOND,
    START,
    Floats,
    Integers,
    day_index,
    draws,
    micros,
)

FIRST = date(2008, 1, 1)
FAULT_AT = int(datetime(2009, 10, 13, 14, 26, tzinfo=UTC).timestamp()) * SECOND
FAULT_PRODUCT = "Hearth 15"
FAULT_BRANCHES = ("ajuda", "home_br", "cares", "home_us")
LAUNCH_AT = int(datetime(2009, 3, 17, 15, 0, tzinfo=UTC).timestamp()) * SECOND
LAUNCH_PRODUCT = "Porch 13"
N_CHATTER, N_LAUNCH, N_FAULT = 2600, 130, 900
LANGUAGES = ("en", "pt", "es", "fr", "de")
KINDS = ("praise", "complaint", "question", "news", "spam")
KIND_SHARES = np.array([0.27, 0.24, 0.31, 0.13, 0.05])
NEGATIVE = {"complaint", "fault"}
LOUD_FOLLOWERS = 184_000


@dataclass(frozen=True)
class Mention:
    """One thing said, and what it really is."""

    number: int
    at: int
    language: str
    kind: str
    text: str
    author: str
    name: str
    followers: int
    branch: str  # the key of the account it was said to; empty when it was said to nobody of ours
    is_private: bool = False

    @property
    def is_negative(self) -> bool:
        return self.kind in NEGATIVE


def draw_mentions(seed: int, branches: tuple[BranchFacts, ...], scale: float = 1.0) -> list[Mention]:
    """Say everything there is to say, in order of time; the same seed says the same."""
    random = draws(seed, "mentions")
    rows = [
        *chatter(random, branches, max(int(N_CHATTER * scale), 20)),
        *launch(random, max(int(N_LAUNCH * scale), 5)),
        *fault(random, max(int(N_FAULT * scale), 10)),
    ]
    rows.sort(key=lambda row: row[0])
    return [put(random, number, *row) for number, row in enumerate(rows)]


Row = tuple[int, str, str, str]  # when, language, kind, branch


def chatter(random: np.random.Generator, branches: tuple[BranchFacts, ...], n: int) -> list[Row]:
    """The everyday: more of it every month, to accounts that are open by then, or to nobody."""
    first, n_days = day_index(FIRST), day_index(date(2010, 1, 1)) - day_index(FIRST)
    days = first + (n_days * np.sqrt(random.random(n))).astype(np.int64)
    hours = random.choice(24, size=n, p=HOUR_WEIGHT / HOUR_WEIGHT.sum())
    at = START + days * DAY + hours * HOUR + random.integers(0, HOUR, n)
    kinds = random.choice(KINDS, size=n, p=KIND_SHARES)
    chances = random.random((n, 2))
    rows = []
    for moment, kind, (to_us, which) in zip(at.tolist(), kinds.tolist(), chances.tolist(), strict=True):
        there = [one for one in branches if one.language in LANGUAGES and micros(one.opened_on) <= moment]
        one = there[int(which * len(there))]
        rows.append((moment, one.language, kind, one.key if to_us < 0.75 else ""))
    return rows


def launch(random: np.random.Generator, n: int) -> list[Row]:
    """A day of joy: loud, and no trouble at all."""
    at = LAUNCH_AT + (random.gamma(2.0, 2.5 * HOUR, n)).astype(np.int64)
    languages = random.choice(["en", "es", "de", "fr"], size=n, p=[0.7, 0.12, 0.1, 0.08])
    return [
        (moment, language, "launch", "" if chance < 0.5 else "home_us")
        for moment, language, chance in zip(
            at.tolist(), languages.tolist(), random.random(n).tolist(), strict=True
        )
    ]


def fault(random: np.random.Generator, n: int) -> list[Row]:
    """One owner, then a few, then everybody for six days, by day more than by night."""
    at = FAULT_AT + np.sort(fault_delays(random, n))
    at[0] = FAULT_AT
    languages = np.where(random.random(n) < 0.5, "pt", "en")
    languages[0] = "pt"
    rest = random.random((n, 2))
    rows = []
    for moment, language, (to_us, which) in zip(at.tolist(), languages.tolist(), rest.tolist(), strict=True):
        pair = FAULT_BRANCHES[:2] if language == "pt" else FAULT_BRANCHES[2:]
        rows.append((moment, language, "fault", "" if to_us > 0.7 else pair[int(which < 0.35)]))
    return rows


def fault_delays(random: np.random.Generator, n: int) -> Integers:
    """Rising over ten hours, highest on the second day, gone after six."""
    hours = np.arange(24 * 6)
    wave = np.minimum(hours / 14, 1) ** 2 * np.exp(-hours / 34) + 0.002
    local = (hours + 14 - 4) % 24
    weights: Floats = wave * HOUR_WEIGHT[local]
    chosen = random.choice(hours, size=n, p=weights / weights.sum())
    return np.asarray(chosen * HOUR + random.integers(0, HOUR, n), dtype=np.int64)


def put(random: np.random.Generator, number: int, at: int, language: str, kind: str, branch: str) -> Mention:
    """Put one thing into words, and somebody's name under it."""
    known = phrases()[language]
    product = {"fault": FAULT_PRODUCT, "launch": LAUNCH_PRODUCT}.get(kind) or PRODUCTS[
        int(random.integers(0, 28))
    ].name
    text = known[kind][int(random.integers(0, len(known[kind])))].format(
        product=product, brand=BRAND_NAME, thing=known["thing"], n=int(random.integers(10, 99)),
        city=known["cities"][int(random.integers(0, len(known["cities"])))],
    )  # fmt: skip
    if kind == "fault" and random.random() < 0.5:
        second = known["fault"][int(random.integers(0, len(known["fault"])))]
        text = f"{text} {second.format(product='it' if language == 'en' else product, brand=BRAND_NAME)}"
    name = known["names"][int(random.integers(0, len(known["names"])))]
    who = int(random.integers(0, 4000))
    followers = int(random.lognormal(4.6, 1.4))
    if kind == "fault" and at - FAULT_AT > 9 * HOUR and random.random() < 0.004:
        followers = LOUD_FOLLOWERS
    is_private = bool(branch) and kind in {"complaint", "question"} and random.random() < 0.12
    return Mention(
        number, at, language, kind, text, f"{name.lower()}{who}", name, followers, branch, is_private
    )


@cache
def phrases() -> dict[str, Any]:
    text = files("livingroom.world").joinpath("words/heard.json").read_text(encoding="utf-8")
    return dict(json.loads(text))
