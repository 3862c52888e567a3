"""The click table: who asked for which link when, before anybody classes it."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from livingroom.world.columns import Columns
from livingroom.world.countries import COUNTRIES
from livingroom.world.names import Texts, click_ids, visitor_ids
from livingroom.world.period import Booleans, Integers, day_of, draws

CHANNELS = ("search", "mail", "display", "affiliate")
NOBODY = -1


@dataclass(frozen=True)
class Clicks(Columns):
    """Clicks by number: `link` counts placements first, then the other channels' links by country.

    `need` is the shopping person's need, -1 for everybody else; `is_machine` is the truth, not the class.
    """

    at: Integers
    link: Integers
    need: Integers
    person: Integers
    keeps_cookie: Booleans
    agent: Integers
    referrer: Integers
    country: Integers
    is_machine: Booleans


@dataclass(frozen=True)
class NamedClicks(Columns):
    """Clicks in order of time with the ids the redirector would have given."""

    click_id: Texts
    visitor: Texts
    at: Integers
    link: Integers
    need: Integers
    person: Integers
    agent: Integers
    referrer: Integers
    country: Integers
    is_machine: Booleans


def channel_link(n_placements: int, channel: Integers, country: Integers) -> Integers:
    """Number the links of the other channels: one for each channel and country, after the placements' links."""
    return n_placements + channel * len(COUNTRIES) + country


def n_links(n_placements: int) -> int:
    return n_placements + len(CHANNELS) * len(COUNTRIES)


def join_clicks(parts: list[Clicks]) -> Clicks:
    """Put clicks together in order of time."""
    columns = {
        field.name: np.concatenate([part.column(field.name) for part in parts]) for field in fields(Clicks)
    }
    order: NDArray[np.int64] = np.lexsort((columns["person"], columns["link"], columns["at"]))
    return Clicks(**{name: column[order] for name, column in columns.items()})


def name_clicks(seed: int, clicks: Clicks) -> NamedClicks:
    """Give every click its id and its visitor."""
    random = draws(seed, "click_ids")
    return NamedClicks(
        click_id=click_ids(random, clicks.at),
        visitor=visitor_ids(seed, clicks.person, day_of(clicks.at), clicks.keeps_cookie),
        at=clicks.at,
        link=clicks.link,
        need=clicks.need,
        person=clicks.person,
        agent=clicks.agent,
        referrer=clicks.referrer,
        country=clicks.country,
        is_machine=clicks.is_machine,
    )
