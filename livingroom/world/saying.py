"""How the desk names things: offers by what they promise, posts by their first words, pages by what they show."""

from __future__ import annotations

import re

from livingroom.world.brand import SITE_HOST, STORE_HOST, BranchFacts
from livingroom.world.offers import MINIMUM_TIMES, Offers
from livingroom.world.wording import print_money, words

LONGEST_TITLE = 70
PLURALS = words("en")["categories"]
GIFTS = words("en")["gifts"]


def offer_name(offers: Offers, number: int, facts: BranchFacts) -> str:
    """Name an offer in the desk's own language: `15% off laptops, Corner PC Brasil`."""
    things = PLURALS[offers.category[number]]
    if offers.kind[number] == "percent":
        return f"{offers.percent[number]}% off {things}, {facts.name}"
    if offers.kind[number] == "amount":
        return f"{print_money(int(offers.amount_minor[number]), facts.place)} off {things}, {facts.name}"
    return f"Free {GIFTS[int(offers.gift[number])]} with {things}, {facts.name}"


def offer_terms(offers: Offers, number: int, facts: BranchFacts) -> str:
    terms = ["While supplies last.", "Not combinable with other offers."]
    if offers.minimum_minor[number]:
        minimum = print_money(int(offers.minimum_minor[number]), facts.place)
        terms.insert(0, f"On orders over {minimum} ({MINIMUM_TIMES} times the amount).")
    if facts.division == "Outlet":
        terms.append("Refurbished, one year of warranty.")
    return " ".join(terms)


def offer_page(offers: Offers, number: int, facts: BranchFacts) -> str:
    division = facts.division.lower().replace(" ", "-")
    return f"https://{STORE_HOST}/{facts.country.lower()}/{division}/{offers.category[number]}"


def post_page(facts: BranchFacts, kind: str) -> str:
    """Where a post without an offer leads: help for answers and tips, the account's corner of the site for the rest."""
    place = {"reply": "help", "tip": "how-to", "event": "events"}.get(kind, "stories")
    return f"https://{SITE_HOST}/{facts.country.lower()}/{place}/{facts.key.replace('_', '-')}"


def post_title(text: str, kind: str) -> str:
    """Name a post by its first words, without what stands for link and code."""
    plain = re.sub(r" \S+ \{code\}$", "", text.removesuffix(" {link}"))
    if kind == "reply":
        plain = "To " + plain
    if len(plain) <= LONGEST_TITLE:
        return plain
    return plain[:LONGEST_TITLE].rsplit(" ", 1)[0] + "…"
