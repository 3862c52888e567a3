"""The page docs/methods/truth.md: its words stay, its table is written anew; studies that were not run keep their rows."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from livingroom.world.honesty.table import HEAD, Section, page_rows

BEGINS, ENDS = "<!-- table begins -->", "<!-- table ends -->"


def write_page(path: Path, sections: Sequence[Section], today: date) -> None:
    """Replace what stands between the two marks; a page without marks gets them at its end."""
    page = path.read_text() if path.exists() else "# Truth\n"
    before, _, rest = page.partition(BEGINS)
    old, _, after = rest.partition(ENDS)
    rows = rows_by_study(old.splitlines()) | {section.title: page_rows(section) for section in sections}
    table = "\n".join([made(today), "", *HEAD, *(row for study in rows.values() for row in study)])
    text = f"{before.rstrip()}\n\n{BEGINS}\n\n{table}\n\n{ending(rows)}\n\n{ENDS}\n{after.lstrip()}"
    path.write_text(text.rstrip() + "\n")


def rows_by_study(lines: Iterable[str]) -> dict[str, list[str]]:
    """Return a table's rows by the study they belong to, in the order of the page."""
    found: dict[str, list[str]] = {}
    study = ""
    for line in lines:
        if not line.startswith("| ") or line in HEAD:
            continue
        first = line.split("|")[1].strip()
        study = first.strip("*") if first else study
        found.setdefault(study, []).append(line)
    return found


def ending(rows: dict[str, list[str]]) -> str:
    """Say how many bars are kept, and which are not."""
    marked = [
        (study, row.rsplit("|", 2)[1].strip(), row.split("|")[2].strip())
        for study, own in rows.items()
        for row in own
    ]
    judged = [(study, mark, figure) for study, mark, figure in marked if mark]
    missed = [f"{study}: {figure}" for study, mark, figure in judged if mark != "pass"]
    if not missed:
        return f"All {len(judged)} bars are kept."
    return f"{len(missed)} of {len(judged)} bars are missed: " + "; ".join(missed) + "."


def made(today: date) -> str:
    """Say when and on what the table was made."""
    return f"{today.isoformat()}, {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}."
