"""The page docs/methods/truth.md: its words stay, its table is written anew."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from livingroom.world.honesty.table import Section, as_page, closing

BEGINS, ENDS = "<!-- table begins -->", "<!-- table ends -->"


def write_page(path: Path, sections: Sequence[Section], minutes: float, workers: int, today: date) -> None:
    """Replace what stands between the two marks; a page without marks gets them at its end."""
    page = path.read_text() if path.exists() else "# Truth\n"
    before, _, rest = page.partition(BEGINS)
    after = rest.partition(ENDS)[2]
    table = as_page(sections, made(minutes, workers, today))
    text = f"{before.rstrip()}\n\n{BEGINS}\n\n{table}\n{closing(sections)}\n\n{ENDS}\n{after.lstrip()}"
    path.write_text(text.rstrip() + "\n")


def made(minutes: float, workers: int, today: date) -> str:
    """Say when and on what the table was made."""
    cores = os.cpu_count()
    machine = f"{cores} cores, {platform.machine()}, Python {platform.python_version()}"
    return f"{today.isoformat()}, {machine}: {minutes:.1f} minutes with {workers} processes.\n"
