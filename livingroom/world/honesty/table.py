"""The honesty table: everything tried, as text on screen and as a page of the documentation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from livingroom.world.honesty.trials import Verdict

HEAD = ("| | figure | value | worlds | bar | |", "| --- | --- | ---: | ---: | --- | --- |")


@dataclass(frozen=True)
class Section:
    """One design or regime with its verdicts."""

    title: str
    about: str
    verdicts: tuple[Verdict, ...]
    refusals: tuple[str, ...] = ()

    @property
    def misses(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.passed is False]


def as_text(section: Section) -> str:
    lines = [f"{section.title}: {section.about}", *(f"  {verdict.as_text()}" for verdict in section.verdicts)]
    lines += [f"  refused because: {reason}" for reason in section.refusals]
    return "\n".join(lines)


def page_rows(section: Section) -> list[str]:
    """Write a section as rows of a Markdown table under `HEAD`."""
    lines = []
    for number, verdict in enumerate(section.verdicts):
        name = f"**{section.title}**" if number == 0 else ""
        mark = {True: "pass", False: "**MISS**", None: ""}[verdict.passed]
        bar = "" if verdict.bar == "none" else verdict.bar
        # An upright bar would open a column.
        figure = verdict.figure.replace("|bias|", "bias")
        lines.append(f"| {name} | {figure} | {verdict.value:.3f} | {verdict.n:,} | {bar} | {mark} |")
    return lines


def closing(sections: Sequence[Section]) -> str:
    judged = [verdict for section in sections for verdict in section.verdicts if verdict.passed is not None]
    missed = [f"{section.title}: {verdict.figure}" for section in sections for verdict in section.misses]
    if not missed:
        return f"All {len(judged)} bars are kept."
    return f"{len(missed)} of {len(judged)} bars are missed: " + "; ".join(missed) + "."
