"""What experiments say of the programme in money, and how far that can be carried to another period.

A test adds up what posts added in the cells where they went out. Divided by the revenue with social evidence of the same
cells it becomes a factor that other evidence can be multiplied by; measure/calibration.py widens it with age and lets it
expire. Only tested lift is carried. History that was modelled is named beside it, and never averaged with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Prefetch, Q, Sum

from livingroom.attribution.models import Evidence, Grade
from livingroom.experiments.models import TREATED, Experiment, Reading
from livingroom.measure.calibration import BranchTest, NotTested, calibrate
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.lift.reading import Reading as Found
from livingroom.measure.lift.stored import from_json
from livingroom.measure.returns import UNTESTED
from livingroom.shared.models import Brand
from livingroom.shared.money import decimals_of

PROGRAMME = "the programme"
CELLS_A_QUERY = 200  # SQLite takes a condition a thousand deep at most


@dataclass(frozen=True)
class Lift:
    """One experiment's final verdict, ready to print beside what attribution says.

    `test` is what may be carried to other periods, or why nothing may.
    """

    experiment: Experiment
    relative: Estimate | NotEnoughData
    is_tested: bool
    test: BranchTest | NotEnoughData

    @property
    def badge(self) -> str:
        return "tested" if self.is_tested else "modelled, not tested"


def read_lifts() -> list[Lift]:
    """Every experiment that has its final reading, the newest first; two queries, and one or two for each test."""
    finals = Prefetch("readings", Reading.objects.filter(is_final=True).order_by("-look"))
    over = Experiment.objects.filter(state=Experiment.State.READ).order_by("-ends_on")
    found: list[Lift] = []
    for experiment in over.prefetch_related(finals):
        reading = next(iter(experiment.readings.all()), None)
        if reading is not None:
            said = from_json(reading.body)
            found.append(Lift(experiment, said.relative, said.is_tested, _test(experiment, said)))
    return found


def added_per_evidence(lifts: Sequence[Lift], on: date) -> Estimate | NotEnoughData:
    """How much net revenue was added, as the till shows it, for each unit of revenue with evidence around `on`.

    All tests together, the surer ones with more weight; NotEnoughData where there is none, or none near enough.
    """
    tests = [lift.test for lift in lifts if isinstance(lift.test, BranchTest)]
    if tests:
        return calibrate(tests).factor(PROGRAMME, on)
    refused = [lift.test for lift in lifts if lift.is_tested and isinstance(lift.test, NotEnoughData)]
    return refused[0] if refused else UNTESTED


def evidence_of_test(experiment: Experiment) -> int:
    """Net revenue with social evidence in just the cells that a reading adds up, in the reporting currency.

    Those are the treated markets and days; of a switchback the days that survive the wash-out.
    """
    wash_out = timedelta(
        days=experiment.wash_out_days if experiment.kind == Experiment.Kind.SWITCHBACK else 0
    )
    treated = experiment.assignments.filter(arm=TREATED, unit__markets__isnull=False)
    columns = ("unit__markets__country", "unit__markets__division", "starts_at", "ends_at")
    cells = [
        Q(order__country=country, placed_at__gte=start + wash_out, placed_at__lt=end)
        & (Q(order__division=division) if division else Q())
        for country, division, start, end in treated.order_by().values_list(*columns)
    ]
    return sum(_net_of(part) for part in _parts(cells))


def _test(experiment: Experiment, said: Found) -> BranchTest | NotEnoughData:
    if not said.is_tested:
        return UNTESTED
    if isinstance(said.relative, NotEnoughData):
        return said.relative
    if said.total is None or experiment.ends_on is None:
        return NotEnoughData("the test has no amount.")
    # Panels are in whole units of the currency, evidence in its smallest.
    scale = 10 ** decimals_of(Brand.current().reporting_currency)
    total = said.total
    in_minor = replace(total, value=total.value * scale, low=total.low * scale, high=total.high * scale)
    try:
        return BranchTest.of(
            replace(said, total=in_minor),
            branch=PROGRAMME,
            evidence_minor=evidence_of_test(experiment),
            ended_on=experiment.ends_on,
        )
    except (NotTested, ValueError) as reason:
        return NotEnoughData(str(reason))


def _net_of(cells: Iterable[Q]) -> int:
    where = Q()
    for cell in cells:
        where |= cell
    found = Evidence.objects.exclude(grade=Grade.NONE).filter(where)
    return int(found.aggregate(net=Sum("order__net_reporting_minor"))["net"] or 0)


def _parts(cells: Sequence[Q]) -> Iterable[Sequence[Q]]:
    return (cells[start : start + CELLS_A_QUERY] for start in range(0, len(cells), CELLS_A_QUERY))
