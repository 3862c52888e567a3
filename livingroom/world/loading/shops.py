"""The claims of two simulated shops, measured by a second process while the first builds the house: they need nothing of it.

Their evidence is equal and their results are opposite.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa

from livingroom.measure import claims as measured
from livingroom.measure.engine import connect
from livingroom.measure.lift.geo import geo_lift
from livingroom.measure.lift.stored import to_json
from livingroom.world.regimes.pair import World, make_pair

SLUGS = ("northgate", "southgate")
DRAWS = 500  # of the assignment: enough for an interval, and quick
COSTS = pa.schema(
    [("on", pa.string()), ("kind", pa.string()), ("branch", pa.string()), ("amount_minor", pa.int64()), ("currency", pa.string())]
)  # fmt: skip
Shops = Callable[[], Path]


@contextmanager
def shops_ahead(folder: Path, now: datetime) -> Iterator[Shops]:
    """Begin to measure them into `folder`; what is yielded waits until they are there."""
    # In a session of its own: Ctrl-C is for whoever builds, who ends this process too.
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, str(folder), now.isoformat()], start_new_session=True
    )

    def finished() -> Path:
        if process.wait():
            measure_shops(folder, now)  # once more here, so that whoever builds sees what is wrong
        return folder

    try:
        yield finished
    finally:
        process.kill()
        process.wait()


def measure_shops(folder: Path, now: datetime) -> None:
    """Write a folder for each shop: its frozen tables, and its claim beside them."""
    for world in make_pair():
        place = folder / world.name.lower()
        place.mkdir(parents=True, exist_ok=True)
        measured.write_json(measure_shop(world, place, now), place / "claim.json")


def measure_shop(world: World, folder: Path, now: datetime) -> measured.Claim:
    """Make the claim of one shop, with its experiment. Its truth stays out of it."""
    outcome = world.outcome
    first_on, last_on = outcome.truth["window"]["starts_on"], outcome.truth["window"]["ends_on"]
    reading = to_json(geo_lift(outcome.panel, assignment=outcome.held.design, n_draws=DRAWS))
    lift = {**reading, "name": "Half of forty places left out", "from": first_on, "to": last_on}
    terms = measured.Terms(
        title=f"{world.name}: what its posts earned",
        currency=outcome.setting.currency,
        first_on=date.fromisoformat(first_on),
        last_on=date.fromisoformat(last_on),
        who=world.name,
        notes=("A simulated shop, to be read beside its twin.",),
    )
    with connect(memory="1GB") as connection:
        return measured.build(
            connection,
            inputs=measured.ClaimInputs(
                outcome.touches, outcome.orders, costs_of(world), outcome.refunds, (lift,)
            ),
            terms=terms,
            folder=folder,
            now=now,
            place=f"claims/{world.name.lower()}/v1",
        )


def costs_of(world: World) -> pa.Table:
    currency = world.outcome.setting.currency
    rows = [
        {
            "on": cost.on.isoformat(),
            "kind": cost.kind,
            "branch": str(cost.branch or ""),
            "amount_minor": cost.amount_minor,
            "currency": currency,
        }
        for cost in world.outcome.costs
    ]
    return pa.Table.from_pylist(rows, schema=COSTS)


if __name__ == "__main__":
    measure_shops(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]))
