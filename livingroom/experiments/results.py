"""The list of experiments with what each found, corrected for being several: who asks often finds something by chance."""

from dataclasses import dataclass

from livingroom.experiments.models import Experiment, Reading
from livingroom.experiments.verdicts import Verdict, share, verdict_of
from livingroom.measure.estimate import Estimate
from livingroom.measure.lift.stored import from_json


@dataclass(frozen=True)
class Row:
    """One experiment on the list; `together` is its interval when all tested ones are to hold at once."""

    experiment: Experiment
    verdict: Verdict | None
    lift: str
    interval: str
    together: str
    stands: bool | None


def experiment_rows(currency: str) -> list[Row]:
    """Every experiment, newest first, with its last reading."""
    rows = list(Experiment.objects.all())
    last: dict[int, Reading] = {}
    for reading in Reading.objects.filter(experiment__in=rows).order_by("look").defer("digest"):
        last[reading.experiment_id] = reading
    return [_row(experiment, last.get(experiment.pk), _together(last), currency) for experiment in rows]


def _together(last: dict[int, Reading]) -> dict[int, tuple[Estimate, float]]:
    """The simultaneous interval and the adjusted p-value of each experiment that chance decided and that is over."""
    from livingroom.measure.design.several import holm, p_value, simultaneous

    found = {
        pk: estimate
        for pk, reading in last.items()
        if reading.is_final and isinstance(estimate := from_json(reading.body).relative, Estimate)
        and reading.body["is_tested"]
    }  # fmt: skip
    if len(found) < 2:
        return {}
    wide = simultaneous(list(found.values()))
    adjusted = holm([p_value(estimate) for estimate in found.values()])
    return dict(zip(found, zip(wide, adjusted, strict=True), strict=True))


def _row(
    experiment: Experiment,
    reading: Reading | None,
    together: dict[int, tuple[Estimate, float]],
    currency: str,
) -> Row:
    if reading is None:
        return Row(experiment, None, "", "", "", None)
    found = from_json(reading.body)
    verdict = verdict_of(found, experiment, currency)
    if not isinstance(found.relative, Estimate):
        return Row(experiment, verdict, "", "", "", None)
    lift = share(found.relative.value)
    if experiment.pk not in together:
        return Row(experiment, verdict, lift, _ends(found.relative), "", None)
    wide, p = together[experiment.pk]
    return Row(experiment, verdict, lift, _ends(found.relative), _ends(wide), p < 1 - found.relative.level)


def _ends(estimate: Estimate) -> str:
    return f"{share(estimate.low)} to {share(estimate.high)}"
