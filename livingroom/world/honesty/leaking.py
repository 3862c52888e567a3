"""Codes that get out: is the leak found in time, how often does the meter ring for nothing, and what remains?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.compute as pc

from livingroom.measure.engine import connect
from livingroom.measure.leaks import CodeLeak, find_leaks
from livingroom.world.honesty.trials import Verdict, rate
from livingroom.world.regimes.calendar import CODE_DAYS, SHARED_CODE
from livingroom.world.regimes.outcome import Outcome, simulate

PEOPLE = 200_000
IN_TIME_DAYS = 3
# A leak that hardly anybody uses costs hardly anything; one use a day for as long as it should take to find it.
USED = IN_TIME_DAYS


@dataclass(frozen=True)
class Met:
    """What the meter made of one world's codes."""

    delays: tuple[float, ...]  # days from the leak to the alarm; infinite if none came
    n_false: int
    code_years: float
    remaining_minor: int
    true_remaining_minor: int
    claimed_minor: int


def meter(regime: str, seed: int) -> Met:
    """Simulate a shop and read the meter at the end."""
    outcome = simulate(regime, PEOPLE, seed=seed, holdout="geo")
    with connect(threads=1) as connection:
        verdicts = find_leaks(connection, touches=outcome.touches, orders=outcome.orders, seed=seed)
    started = {leak["code"]: day_of(leak["leaks_at"]) for leak in outcome.truth["leaks"]}
    leaked = leaked_orders(outcome)
    used = early_uses(leaked, started)
    delays = [
        float((verdict.found_on - started[verdict.code]).days) if verdict.found_on else float("inf")
        for verdict in verdicts
        if used.get(verdict.code, 0) >= USED and not rang_early(verdict, started)
    ]
    n_false = sum(
        verdict.is_leaking and (verdict.code not in used or rang_early(verdict, started))
        for verdict in verdicts
    )
    claimed = sum(verdict.revenue_minor for verdict in verdicts)
    n_codes = int((outcome.calendar.placements.code_kind == SHARED_CODE).sum())
    return Met(
        tuple(delays), n_false, n_codes * CODE_DAYS / 365,
        sum(verdict.remaining_minor for verdict in verdicts),
        claimed - int(pc.sum(leaked["revenue_minor"]).as_py() or 0), claimed,
    )  # fmt: skip


def rang_early(verdict: CodeLeak, started: dict[str, date]) -> bool:
    """An alarm before the leak is a false one, even if the code leaks later."""
    return (
        verdict.found_on is not None and verdict.code in started and verdict.found_on < started[verdict.code]
    )


def leaked_orders(outcome: Outcome) -> pa.Table:
    is_leak = pc.equal(outcome.truth_orders["cause"], "leak")
    return outcome.orders.filter(is_leak).select(["code", "at", "revenue_minor"])


def early_uses(leaked: pa.Table, started: dict[str, date]) -> dict[str, int]:
    """Count for every leaked code its leaked uses in the days in which it should be found."""
    counts: dict[str, int] = {}
    for code, at in zip(leaked["code"].to_pylist(), leaked["at"].to_pylist(), strict=True):
        counts[code] = counts.get(code, 0) + ((day_of(at) - started[code]).days <= IN_TIME_DAYS)
    return counts


def day_of(at: int) -> date:
    return datetime.fromtimestamp(at / 1_000_000, UTC).date()


def meter_batch(regime: str, seeds: Sequence[int]) -> list[Met]:
    return [meter(regime, seed) for seed in seeds]


def judge_leaks(found: Sequence[Met]) -> list[Verdict]:
    """Judge all worlds together."""
    delays = [delay for each in found for delay in each.delays]
    in_time = rate([delay <= IN_TIME_DAYS for delay in delays])
    years = sum(each.code_years for each in found)
    alarms = sum(each.n_false for each in found) / years
    off = [abs(each.remaining_minor / each.true_remaining_minor - 1) for each in found]
    worst = max(off)
    return [
        Verdict("leaks found within 3 days", in_time, "at least 0.95", in_time >= 0.95, len(delays)),
        Verdict("false alarms per code-year", alarms, "at most 1", alarms <= 1, round(years)),
        Verdict("corrected revenue off by, worst world", worst, "at most 0.05", worst <= 0.05, len(found)),
        Verdict("corrected revenue off by, mean", float(sum(off) / len(off)), "none", None, len(found)),
    ]
