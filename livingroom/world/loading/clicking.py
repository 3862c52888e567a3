"""Clicks: classed by the real classifier, written into the lake, and counted by the shipper's own SQL."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings

from livingroom.lake import CLICKS, Lake
from livingroom.links.agents import CLASSIFIER, classify
from livingroom.links.destinations import with_query
from livingroom.links.models import BranchClickCount, ClickCount, ClickSegment, Link
from livingroom.links.operations import utm_of
from livingroom.links.shipping.bursts import BY_NETWORK, BY_POSTING, BY_VISITOR, mark_bursts
from livingroom.links.shipping.visits import DAY, SQL, day_of
from livingroom.shared.models import Brand
from livingroom.world.agents import AGENTS, REFERRERS
from livingroom.world.brand import STORE_HOST
from livingroom.world.clicks import CHANNELS
from livingroom.world.countries import COUNTRIES, COUNTRY_CODES
from livingroom.world.generate import World
from livingroom.world.loading.bulk import first_free_id, insert
from livingroom.world.loading.desk import insert_models
from livingroom.world.loading.house import COUNTRY_NAMES
from livingroom.world.period import SECOND, START, to_datetime

NODE = "world"
CHANNEL_TITLES = {
    "search": "Search adverts",
    "mail": "Newsletter",
    "display": "Banners",
    "affiliate": "Partner sites",
}
CHANNEL_MEDIUM = "paid"
BURST_WIDTH = 2 * SECOND
# In the order in which the links bring them up, so that the same world gets the same rows.
BY_BRANCH = """
    SELECT branch_id, day, class, CAST(sum(n) AS BIGINT) AS n, CAST(sum(n_unique) AS BIGINT) AS n_unique
    FROM by_link JOIN owners USING (link_id)
    GROUP BY ALL
    ORDER BY min(link_id), branch_id, day, class
"""


def load_channel_links(world: World, now: datetime) -> int:
    """Give every other channel its link, one a country, as minting makes them."""
    brand, first = Brand.current(), first_free_id(Link)
    links = []
    n_placements = len(world.placements)
    for number, (channel, country) in enumerate((c, k) for c in CHANNELS for k in COUNTRIES):
        slug = world.slugs[n_placements + number]
        label = f"{CHANNEL_TITLES[channel]}, {COUNTRY_NAMES[country.code]}"
        destination = f"https://{STORE_HOST}/{country.code.lower()}/"
        links.append(
            Link(
                pk=first + number,
                slug=slug,
                destination=with_query(destination, utm_of(brand, channel, CHANNEL_MEDIUM, label, slug)),
                onward="",
                channel=channel,
                label=label,
                created_at=to_datetime(START),
                updated_at=now,
            )
        )
    return insert_models(links)


def link_ids(world: World) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the numbers of the world's links, in the world's order."""
    known = dict(Link.objects.values_list("slug", "pk"))
    return np.array([known[slug] for slug in world.slugs], dtype=np.int64)


def taken(values: list[str], numbers: np.ndarray[Any, np.dtype[np.int64]]) -> pa.Array:
    """Look numbers up in a list of words."""
    return pa.array(values, pa.string()).take(pa.array(numbers))


def classed_batch(world: World) -> pa.Table:
    """Return all clicks with class, reason and country, before bursts are looked for."""
    clicks = world.clicks
    verdicts = [classify(agent.text, agent.method, agent.purpose) for agent in AGENTS]
    columns = {
        "click_id": pa.array(clicks.click_id).cast(pa.string()),
        "at": pa.array(clicks.at),
        "link_id": pa.array(link_ids(world)[clicks.link]),
        "visitor": pa.array(clicks.visitor).cast(pa.string()),
        "class": taken([verdict.click_class for verdict in verdicts], clicks.agent),
        "reason": taken([verdict.reason for verdict in verdicts], clicks.agent),
        "classifier": taken([CLASSIFIER], np.zeros(len(clicks), dtype=np.int64)),
        "country": taken(list(COUNTRY_CODES), clicks.country),
        "referrer_host": taken(list(REFERRERS), clicks.referrer),
        "method": taken([agent.method for agent in AGENTS], clicks.agent),
        "purpose": taken([agent.purpose for agent in AGENTS], clicks.agent),
        "agent": taken([agent.text for agent in AGENTS], clicks.agent),
        "prefix": taken([""], np.zeros(len(clicks), dtype=np.int64)),
    }
    return pa.table(columns)


def mark_machine_bursts(duck: duckdb.DuckDBPyConnection, batch: pa.Table) -> pa.Table:
    """Let the shipper's rule find the bursts, every link being young at its own first click.

    Its rule needs several clicks on one link within two seconds, so only links that have them are shown to it.
    """
    firsts = batch.group_by("link_id").aggregate([("at", "min")])
    young = dict(zip(firsts["link_id"].to_pylist(), firsts["at_min"].to_pylist(), strict=True))
    is_lively = pc.is_in(batch["link_id"], pa.array(lively_links(batch)))
    lively, quiet = batch.filter(is_lively), batch.filter(pc.invert(is_lively))
    return pa.concat_tables([mark_bursts(duck, lively, young), quiet]) if lively.num_rows else quiet


def lively_links(batch: pa.Table) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the links with enough people-like clicks within two seconds to make a burst."""
    people = batch.filter(pc.equal(batch["class"], "human"))
    link, at = np.asarray(people["link_id"]), np.asarray(people["at"])
    order = np.lexsort((at, link))
    link, at = link[order], at[order]
    together = min(BY_VISITOR, BY_NETWORK, BY_POSTING) - 1
    is_full = (link[together:] == link[:-together]) & (at[together:] - at[:-together] <= BURST_WIDTH)
    return np.unique(link[together:][is_full])


def load_clicks(world: World, now: datetime) -> int:
    """Write the clicks into the lake and their counts into the records."""
    with duckdb.connect(config={"threads": 1}) as duck:
        batch = mark_machine_bursts(duck, classed_batch(world))
        write_lake(batch)
        insert_counts(duck, batch)
    ClickSegment.objects.create(node=NODE, sequence=1, n_clicks=batch.num_rows, shipped_at=now)
    return int(batch.num_rows)


def write_lake(batch: pa.Table) -> None:
    """Write one file a day; writing again replaces the same files."""
    folder = Lake(settings.LAKE_URL).folder / "clicks"
    rows = batch.select(CLICKS.names).cast(CLICKS)
    days = np.asarray(rows["at"]) // DAY
    order = np.lexsort((np.asarray(rows["at"]), np.asarray(rows["link_id"]), days))
    rows, days = rows.take(pa.array(order)).combine_chunks(), days[order]
    starts = np.flatnonzero(np.diff(days, prepend=-1))
    ends = np.append(starts[1:], len(days))

    def write_day(start: int, end: int) -> Path:
        place = folder / f"day={day_of(int(days[start]) * DAY).isoformat()}"
        place.mkdir(parents=True, exist_ok=True)
        draft = place / f"{NODE}.parquet.draft"
        pq.write_table(rows.slice(start, end - start), draft, compression="zstd", compression_level=1)
        return draft

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as writers:
        drafts = list(writers.map(write_day, starts.tolist(), ends.tolist()))
    # A thousand small files synced one by one cost seconds; all of them together cost little more than one.
    os.sync()
    for draft in drafts:
        draft.replace(draft.with_suffix(""))


def insert_counts(duck: duckdb.DuckDBPyConnection, batch: pa.Table) -> None:
    """Count by link and by branch, day and class."""
    duck.execute("CREATE TABLE seen (link_id BIGINT, class VARCHAR, visitor VARCHAR, half_hour BIGINT)")
    duck.register("batch", batch)
    by_link = duck.sql(SQL).to_arrow_table()
    insert_rollup(ClickCount, by_link)
    owners = Link.objects.exclude(branch=None).values_list("pk", "branch_id")
    duck.register("by_link", by_link)
    duck.register(
        "owners", pa.table(dict(zip(("link_id", "branch_id"), zip(*owners, strict=True), strict=True)))
    )
    insert_rollup(BranchClickCount, duck.sql(BY_BRANCH).to_arrow_table())


def insert_rollup(model: type[ClickCount] | type[BranchClickCount], tallies: pa.Table) -> None:
    """Write tallies whose first column says whose they are."""
    owner, first = tallies.column_names[0], first_free_id(model)
    dates = {day: day_of(day * DAY) for day in tallies["day"].unique().to_pylist()}
    rows = {
        "id": range(first, first + tallies.num_rows),
        owner: tallies[owner].to_pylist(),
        "on": [dates[day] for day in tallies["day"].to_pylist()],
        "click_class": tallies["class"].to_pylist(),
        "n": tallies["n"].to_pylist(),
        "n_unique": tallies["n_unique"].to_pylist(),
    }
    insert(model, rows)
