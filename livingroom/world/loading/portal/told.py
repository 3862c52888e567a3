"""What the portal's people wrote: ideas, words under them, and our reasons; by language, from one file."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from livingroom.world.catalogue import PRODUCTS

COUNTRIES = {
    "en": ("US", "US", "US", "CA", "GB", "IE", "AU"),
    "de": ("DE",),
    "fr": ("FR",),
    "es": ("MX", "ES"),
    "pt": ("BR",),
}


@dataclass(frozen=True)
class Told:
    """One idea as its author wrote it; `is_wanted` for those that many would like."""

    language: str
    category: str
    title: str
    text: str
    is_wanted: bool


@cache
def words() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        files("livingroom.world").joinpath("words/ideas.json").read_text("utf-8")
    )
    return found


def ideas(n: int, random: np.random.Generator) -> list[Told]:
    """Return n ideas in a random order: those of the file, and the same few wishes for one product after the other."""
    said = words()
    own = [Told(*row) for row in said["ideas"]]
    made = [
        Told("en", category, _filled(title, product.name, place), text, False)
        for place, product in enumerate(PRODUCTS)
        for category, title, text in said["variants"]
        if product.list_usd >= 250
    ]
    chosen = random.permutation(len(made))[: n - len(own)]
    every = (own + [made[place] for place in chosen])[:n]
    return [every[place] for place in random.permutation(len(every))]


def _filled(title: str, product: str, place: int) -> str:
    colours = words()["colours"]
    return str(title).format(product=product, colour=colours[place % len(colours)])


def name_of(language: str, number: int) -> str:
    """A first name and a letter, as people sign such pages."""
    first, letters = words()["names"][language]
    return f"{first[number % len(first)]} {letters[number // len(first) % len(letters)]}"
