"""A progress bar with rate and time left; silent where nobody looks at a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class Advance(Protocol):
    def __call__(self, step: float, text: str = "") -> None: ...


class RateColumn(ProgressColumn):
    """How many units a second."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self.unit = unit

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} {self.unit}/s" if speed else "")


@contextmanager
def work_progress(title: str, *, total: float | None, unit: str = "") -> Iterator[Advance]:
    """Show progress of `total` units on standard error; call what is yielded with each step done.

    Work whose steps are of no one kind has no unit, and shows its share and the time left.
    """
    console = Console(stderr=True)
    columns: list[ProgressColumn] = [TextColumn("{task.description}"), BarColumn(), TaskProgressColumn()]
    columns += [RateColumn(unit)] if unit else []
    with Progress(
        *columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal, transient=True
    ) as progress:
        task = progress.add_task(title, total=total)

        def advance(step: float, text: str = "") -> None:
            progress.update(task, advance=step, description=f"{title}: {text}" if text else title)

        yield advance
