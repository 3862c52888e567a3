"""`python -m livingroom.world.honesty`: try every design in a thousand worlds with known truth, and print what holds."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from livingroom.world.honesty.claims import claim_batch, judge_claims
from livingroom.world.honesty.leaking import judge_leaks, meter_batch
from livingroom.world.honesty.page import write_page
from livingroom.world.honesty.running import Study, open_pool, try_many
from livingroom.world.honesty.studies import LEAK_REGIMES, N_CLAIMS, N_LEAKS, REGIMES, STUDIES
from livingroom.world.honesty.table import Section, as_text, closing
from livingroom.world.honesty.trials import judge_lift, judge_power
from livingroom.world.regimes.kinds import REGIMES as KINDS


@click.command()
@click.option(
    "--share",
    default=1.0,
    show_default=True,
    help="A part of the worlds only, such as 0.1: quick and coarse.",
)
@click.option("--only", default="", help="Only studies whose name holds this text.")
@click.option("--workers", type=int, default=os.cpu_count(), show_default=True, help="Processes.")
@click.option(
    "--seed",
    default=0,
    show_default=True,
    help="The first world's seed: other worlds, to see whether the table owes something to its own.",
)
@click.option(
    "--write",
    type=click.Path(path_type=Path),
    help="Write the table into this page, such as docs/methods/truth.md; what was not run keeps its rows.",
)
def main(share: float, only: str, workers: int, seed: int, write: Path | None) -> None:
    """Try every way of measuring in worlds whose truth is known. A bar that is missed is printed as a miss."""
    started = time.monotonic()
    sections: list[Section] = []
    with open_pool(workers) as pool:
        for tried in (designs, regimes, leaks):
            sections += tried(pool, share, only, seed)
    click.echo(closing(sections))
    if share < 1:
        click.echo(
            "With fewer than a thousand worlds chance alone misses some bars: run the whole before you believe a miss."
        )
    minutes = (time.monotonic() - started) / 60
    click.echo(f"{minutes:.1f} minutes on {workers} processes.")
    if write is not None:
        write_page(write, sections, datetime.now(UTC).date())
        click.echo(f"Written into {write}.")
    sys.exit(0)


def shown(section: Section) -> Section:
    click.echo(as_text(section) + "\n")
    return section


def designs(pool: ProcessPoolExecutor, share: float, only: str, seed: int) -> Iterator[Section]:
    for study in STUDIES:
        if only.lower() in study.name.lower():
            yield shown(try_design(pool, replace(study, first_seed=study.first_seed + seed), share))


def try_design(pool: ProcessPoolExecutor, study: Study, share: float) -> Section:
    verdicts, reasons = [], set()
    for lift in study.lifts:
        trials = try_many(pool, study, lift, max(round(study.n_worlds * share), 2))
        verdicts += judge_lift(trials, lift)
        reasons |= {trial.refused for trial in trials if trial.refused}
    if study.power_lift is not None:
        # Worlds of their own: with those above, one lucky draw would speak twice.
        others = replace(study, first_seed=study.first_seed + 100_000)
        trials = try_many(
            pool, others, study.power_lift, max(round(study.n_power * share), 2), {"plans": True}
        )
        verdicts += judge_power(trials, study.power_lift)
        reasons |= {trial.refused for trial in trials if trial.refused}
    return Section(study.name, study.about, tuple(verdicts), tuple(sorted(reasons)[:3]))


def regimes(pool: ProcessPoolExecutor, share: float, only: str, seed: int) -> Iterator[Section]:
    for name in REGIMES:
        if only.lower() not in f"regime {name}".lower():
            continue
        n = max(round(N_CLAIMS * share), 2)
        found = pool.map(claim_batch, [name] * n, [[seed + number] for number in range(n)], chunksize=2)
        verdicts = judge_claims([each for batch in found for each in batch])
        yield shown(Section(f"Regime {name}", KINDS[name].summary, tuple(verdicts)))


def leaks(pool: ProcessPoolExecutor, share: float, only: str, seed: int) -> Iterator[Section]:
    if only.lower() not in "leaked codes":
        return
    n = max(round(N_LEAKS * share), 1)
    names = [name for name in LEAK_REGIMES for _ in range(n)]
    seeds = [[seed + number] for _ in LEAK_REGIMES for number in range(n)]
    found = [each for batch in pool.map(meter_batch, names, seeds) for each in batch]
    about = "200,000 people, a post a day with codes of its own, one in five of which gets out"
    yield shown(Section("Leaked codes", about, tuple(judge_leaks(found))))


if __name__ == "__main__":
    main()
