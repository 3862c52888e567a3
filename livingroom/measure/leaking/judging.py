"""From the days of all codes to a verdict on each."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

from livingroom.measure.leaking.baseline import Baseline, learn
from livingroom.measure.leaking.change import Change, find_change
from livingroom.measure.leaking.correction import correct
from livingroom.measure.leaking.days import CodeDays
from livingroom.measure.leaking.verdict import CodeLeak, LeakReason, Proposal, ReasonName

EPOCH = date(1970, 1, 1)
# From this share of a leaking code's use on, its post still sells, and deserves a new code.
_STILL_SELLS = 0.25
_RECENT_DAYS = 14
_ROUNDS = 6
# Before anything is seen: one code in ten leaks, said with the weight of ten codes.
_LEAKING_CODES = (1.0, 9.0)
_PATTERN = ("n_untouched", "n_touched", "n_signed")
_BURST_P = 0.001


def settle(codes: list[CodeDays]) -> tuple[Baseline, list[Change | None]]:
    """Learn what is usual, find leaks, and learn again without them, until nothing changes."""
    changes: list[Change | None] = [None] * len(codes)
    sees_signs = any(uses.counts["n_signed"].sum() > 0 for uses in codes)
    for round_number in range(_ROUNDS):
        ends = [
            len(uses.days) if c is None or c.found is None else c.start
            for uses, c in zip(codes, changes, strict=True)
        ]
        untouched, touched, signed = (
            np.array([int(uses.counts[name][:end].sum()) for uses, end in zip(codes, ends, strict=True)])
            for name in ("n_untouched", "n_touched", "n_signed")
        )
        baseline = learn(untouched, touched, signed, sees_signs=sees_signs, is_first=round_number == 0)
        # Codes of few uses are alike by the thousand: each pattern is looked at once.
        patterns = [b"/".join(uses.counts[n].tobytes() for n in _PATTERN) for uses in codes]
        judged = {p: find_change(u, baseline) for p, u in dict(zip(patterns, codes, strict=True)).items()}
        changes = [judged[pattern] for pattern in patterns]
        after = [
            len(uses.days) if c is None or c.found is None else c.start
            for uses, c in zip(codes, changes, strict=True)
        ]
        if round_number and after == ends:
            break
    return baseline, changes


def chances_of(changes: list[Change | None]) -> list[float]:
    """How likely each code leaks: Bayes, with the share of leaking codes learned from all of them."""
    odds = np.exp([-np.inf if change is None else min(change.log_odds, 700.0) for change in changes])
    share = 0.1
    for _ in range(50):
        chances = share * odds / (1 - share + share * odds)
        share = float((chances.sum() + _LEAKING_CODES[0]) / (len(odds) + sum(_LEAKING_CODES)))
    # Where the test rang the leak is taken for certain.
    rang = [change is not None and change.found is not None for change in changes]
    return [1.0 if rings else float(chance) for rings, chance in zip(rang, chances, strict=True)]


def judge_code(
    uses: CodeDays, currency: str, change: Change | None, chance: float, baseline: Baseline, seed: int
) -> CodeLeak:
    of = uses.money[currency]
    n_touched, n_untouched = int(of["n_touched"].sum()), int(of["n_untouched"].sum())
    correction = correct(uses, currency, change, chance, baseline, seed)
    verdict = CodeLeak(
        code=uses.code,
        placement_id=uses.placement_id,
        branch_id=uses.branch_id,
        currency=currency,
        n_uses=n_touched + n_untouched,
        n_touched=n_touched,
        revenue_minor=round(float(of["touched_minor"].sum() + of["untouched_minor"].sum())),
        n_expected_untouched=n_untouched - correction.leaked.value,
        chance=chance,
        n_leaked=correction.leaked,
        leaked_minor=correction.leaked_minor,
        leaked_from_ceiling_minor=_from_ceiling(of, correction.leaked_minor, change),
        remaining=correction.remaining,
        leaks_from_on=None,
        found_on=None,
        reasons=(),
        proposal="keep",
    )
    if change is None or change.found is None:
        return verdict
    return replace(
        verdict,
        leaks_from_on=EPOCH + timedelta(days=int(uses.days[change.start])),
        found_on=EPOCH + timedelta(days=int(uses.days[change.found])),
        reasons=_reasons(uses, currency, change, baseline),
        proposal=_propose(uses, change, baseline),
    )


def _from_ceiling(of: Mapping[str, NDArray[np.float64]], leaked_minor: int, change: Change | None) -> int:
    if change is None:
        return 0
    untouched = float(of["untouched_minor"][change.start :].sum())
    suspect = float(of["suspect_minor"][change.start :].sum())
    return round(leaked_minor * suspect / untouched) if untouched else 0


def _reasons(uses: CodeDays, currency: str, change: Change, baseline: Baseline) -> tuple[LeakReason, ...]:
    of, since = uses.money[currency], slice(change.start, None)
    burst = _burst_days(uses, change, baseline)
    found: list[tuple[ReasonName, float, float, str]] = [
        (
            "no touch", of["n_untouched"][since].sum(), of["untouched_minor"][since].sum(),
            "by customers of whom no touch of the post's branch is known",
        ),
        (
            "burst", of["n_untouched"][burst].sum(), of["untouched_minor"][burst].sum(),
            f"on {len(burst)} days with more of them than chance allows (p < {_BURST_P:g})",
        ),
        (
            "coupon site", of["n_from_site"][since].sum(), of["from_site_minor"][since].sum(),
            "by customers who came from a site where codes are passed on",
        ),
        (
            "geography", of["n_from_elsewhere"][since].sum(), of["from_elsewhere_minor"][since].sum(),
            "from places where the branch is hardly ever seen",
        ),
        (
            "after the window", of["n_late"][since].sum(), of["late_minor"][since].sum(),
            "longer after anybody's last touch of the post than the window",
        ),
    ]  # fmt: skip
    return tuple(
        LeakReason(name, round(n), round(minor), sentence) for name, n, minor, sentence in found if n
    )


def _burst_days(uses: CodeDays, change: Change, baseline: Baseline) -> list[int]:
    """Days since the leak with more untouched uses than the post's own traffic and the code's usual day explain."""
    untouched, touched = uses.counts["n_untouched"], uses.counts["n_touched"]
    odds = baseline.untouched / baseline.touched
    usual = float(np.mean(untouched[: change.start])) if change.start else 0.0
    expected = np.maximum(touched * odds, max(usual, 0.5))
    unlikely = poisson.sf(untouched - 1, expected) < _BURST_P
    return [day for day in np.flatnonzero(unlikely).tolist() if day >= change.start]


def _propose(uses: CodeDays, change: Change, baseline: Baseline) -> Proposal:
    recent = uses.days > uses.days[-1] - _RECENT_DAYS
    recent &= np.arange(len(uses.days)) >= change.start
    own = uses.counts["n_touched"][recent].sum() * (1 + baseline.untouched / baseline.touched)
    every = (uses.counts["n_touched"] + uses.counts["n_untouched"])[recent].sum()
    return "rotate" if own >= _STILL_SELLS * every else "stop"
