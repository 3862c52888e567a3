"""A design as a manager reads it: what it promises, who is left out when, what to mind."""

from rich.console import Console
from rich.table import Table

from livingroom.measure.design.assignment import Design
from livingroom.measure.design.horizon import Horizon
from livingroom.measure.design.promise import Power

KINDS = {
    "geo": "Holdout of regions",
    "switchback": "Switchback by branch and block",
    "single_branch": "Switchback of a single branch",
    "codes": "Code lottery",
    "people": "Holdout of known people",
}
WIDEST = 12


def show_design(console: Console, design: Design, horizon: Horizon | None = None) -> None:
    """Print the promise, the calendar or list of who is left out, checks and notes."""
    when = f"{design.starts_on} to {design.ends_on}" if design.starts_on else f"{design.test_days} days"
    _say(console, f"{KINDS[design.kind]}, {when}, seed {design.seed}: {design.method}.")
    if design.power:
        for line in promise_in_words(design.power):
            _say(console, line)
    if horizon:
        _say(console, horizon.sentence)
    for check in design.checks:
        _say(console, f"{'✓' if check.passed else '✗'} {check.name}: {check.sentence}")
    for note in design.notes:
        _say(console, f"· {note}")
    if design.kind in ("switchback", "single_branch"):
        console.print(_calendar(design))
    elif design.kind == "geo":
        console.print(_arms(design))
    elif design.kind == "people":
        n_treated = sum(line.arm == "treated" for line in design.assignments)
        _say(
            console,
            f"{n_treated:,} people are treated, {len(design.assignments) - n_treated:,} are left out.",
        )


def promise_in_words(power: Power) -> list[str]:
    """What is promised, in a sentence or two."""
    lines = [
        f"A lift of {power.lift:.1%} is seen with a chance of {power.power:.0%} (standard error {power.standard_error:.2%})."
    ]
    if power.detectable_lift is None:
        lines.append(f"No lift up to 200 % is seen with a chance of {power.wished:.0%}.")
    else:
        lines.append(
            f"The smallest lift seen with a chance of {power.wished:.0%} is {power.detectable_lift:.1%}."
        )
    return [*lines, f"How this was found: {power.method}."]


def _calendar(design: Design) -> Table:
    drawn = design.drawn()
    is_wide = design.n_blocks > WIDEST
    table = Table("unit", title=f"Treated (●) and left out (–), by {'period' if is_wide else 'block'}")
    if is_wide:
        table.add_column(f"1 to {design.n_blocks}, in tens")
    for block in range(0 if is_wide else design.n_blocks):
        line = next(line for line in design.assignments if line.block == block)
        table.add_column(f"{line.starts_on:%d %b}" if line.starts_on else str(block + 1), justify="center")
    for row in sorted(range(len(design.units)), key=lambda place: design.units[place]):
        marks = ["●" if on else "–" for on in drawn[row]]
        tens = (" ".join("".join(marks[at : at + 10]) for at in range(0, len(marks), 10)),)
        table.add_row(design.units[row], *(tens if is_wide else marks))
    return table


def _arms(design: Design) -> Table:
    table = Table("stratum", "treated", "left out")
    strata = sorted({line.stratum for line in design.assignments})
    for stratum in strata:
        sides = [
            ", ".join(line.unit for line in design.assignments if line.stratum == stratum and line.arm == arm)
            for arm in ("treated", "held out")
        ]
        table.add_row(stratum or "all", *sides)
    return table


def _say(console: Console, text: str) -> None:
    console.print(text, highlight=False, markup=False, soft_wrap=True)
