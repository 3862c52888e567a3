"""What was found, in one sentence that a manager understands at once."""

from dataclasses import dataclass
from math import isfinite

from livingroom.experiments.models import Experiment
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.lift.reading import Reading
from livingroom.shared.money import decimals_of, format_money

TESTED, MODELLED = "Tested", "Modelled, not tested"


@dataclass(frozen=True)
class Verdict:
    """`tone` is the notice's: good, bad, warn, or neutral where no verdict is due."""

    tone: str
    title: str
    sentence: str
    badge: str


def verdict_of(reading: Reading, experiment: Experiment, currency: str) -> Verdict:
    badge = TESTED if reading.is_tested else MODELLED
    relative = reading.relative
    if isinstance(relative, NotEnoughData):
        return Verdict("neutral", "No verdict", _closed(relative.reason), badge)
    what = _subject(experiment)
    spread = f"between {share(relative.low)} and {share(relative.high)}, {relative.level:.0%} sure"
    if relative.low > 0:
        text = f"{what} added {share(relative.value)} to sales ({spread}).{_money(reading, currency)}"
        return Verdict("good", "It added sales", text, badge)
    if relative.high < 0:
        text = f"{what} cost {share(-relative.value)} of sales ({spread}).{_money(reading, currency)}"
        return Verdict("bad", "It cost sales", text, badge)
    text = (
        f"Whether {what[:1].lower()}{what[1:]} added anything cannot be told: it lies {spread}. "
        f"{_could_have(experiment)}"
    )
    return Verdict("warn", "Neither shown nor excluded", text.strip(), badge)


def share(value: float) -> str:
    """A lift as people read it: +4.2 %, −1 %."""
    if not isfinite(value):
        return "no limit"
    digits = 1 if abs(value) < 0.995 else 0
    return f"{value * 100:+.{digits}f} %".replace("-", "−")


def money_of(amount: float, currency: str) -> str:
    return format_money(round(amount * 10 ** decimals_of(currency)), currency, "whole")


def _money(reading: Reading, currency: str) -> str:
    total = reading.total
    if total is None or not all(map(isfinite, (total.value, total.low, total.high))):
        return ""
    value, low, high = (money_of(end, currency) for end in (total.value, total.low, total.high))
    return f" In money: {value}, between {low} and {high}."


def _subject(experiment: Experiment) -> str:
    return {
        Experiment.Covers.OFFERS: "The offers",
        Experiment.Covers.CHOSEN: "The chosen offers",
        Experiment.Covers.POSTS: "What the branches said",
    }[Experiment.Covers(experiment.covers)]


def _could_have(experiment: Experiment) -> str:
    found = experiment.promise.get("detectable_lift")
    if found is None:
        return ""
    return f"The plan could see a lift of {share(float(found))} or more four times in five."


def _closed(text: str) -> str:
    said = text[:1].upper() + text[1:]
    return said if said.endswith((".", "!", "?")) else f"{said}."


def line_of(estimate: Estimate) -> tuple[str, str, str, str]:
    """An interval as a row: method, value, low, high."""
    return estimate.method, share(estimate.value), share(estimate.low), share(estimate.high)
