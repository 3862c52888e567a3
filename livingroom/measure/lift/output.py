"""A reading as a manager reads it on a terminal."""

import math

from rich.console import Console
from rich.table import Table

from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.lift.reading import Reading
from livingroom.measure.lift.stored import MODELLED, TESTED


def sentence(reading: Reading) -> str:
    """Say in one sentence what was found."""
    relative = reading.relative
    if isinstance(relative, NotEnoughData):
        return f"No verdict. {relative.reason}"
    low, high = _share(relative.low), _share(relative.high)
    between = f"between {low} and {high} with {relative.level:.0%} confidence"
    if relative.low > 0:
        verdict = "There was a lift"
    elif relative.high < 0:
        verdict = "There was a loss"
    else:
        verdict = "A lift is neither shown nor excluded"
    return f"{verdict}: {_share(relative.value)}, {between} ({TESTED if reading.is_tested else MODELLED})."


def show(console: Console, reading: Reading) -> None:
    """Print the answer, what it stands on, and what a careful reader would ask next."""
    console.print(f"[bold]{_escaped(sentence(reading))}[/]", highlight=False, soft_wrap=True)
    table = Table("what", "method")
    for name in ("value", "from", "to"):
        table.add_column(name, justify="right")
    for what, estimate in _lines(reading):
        is_share = what.startswith("lift")
        shown = [
            (_share if is_share else _amount)(end) for end in (estimate.value, estimate.low, estimate.high)
        ]
        table.add_row(what, estimate.method, *shown)
    if table.row_count:
        console.print(table)
    for check in reading.checks:
        console.print(
            f"{'[green]✓[/]' if check.passed else '[red]✗[/]'} {_escaped(f'{check.name}: {check.sentence}')}",
            highlight=False,
            soft_wrap=True,
        )
    if reading.weights:
        shown_weights = ", ".join(f"{name} {weight:.4f}" for name, weight in reading.weights[:8])
        console.print(f"Weights: {_escaped(shown_weights)}", highlight=False, soft_wrap=True)
    for note in reading.notes:
        console.print(_escaped(note), highlight=False, soft_wrap=True)


def _lines(reading: Reading) -> list[tuple[str, Estimate]]:
    lines: list[tuple[str, Estimate]] = []
    if isinstance(reading.relative, Estimate):
        lines.append(("lift", reading.relative))
    if reading.total is not None:
        lines.append(("added in all", reading.total))
    if reading.average is not None:
        lines.append(("added on average", reading.average))
    if reading.cannibalised is not None:
        lines.append(("lift merely pulled forward", reading.cannibalised))
    return lines + [("lift, also", other) for other in reading.others]


def _share(value: float) -> str:
    return f"{value:+.2%}" if math.isfinite(value) else ("no end" if value > 0 else "no start")


def _amount(value: float) -> str:
    if not math.isfinite(value):
        return "no end" if value > 0 else "no start"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")
