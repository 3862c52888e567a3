"""Replace many files by one, so that a crash in between leaves neither a row twice nor a row lost.

The note is the commit: once it is on the disk the swap will be finished, by us or by whoever reads next.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from livingroom.lake.places import remove, settle

NOTE = ".swap.json"


@dataclass(frozen=True)
class Swap:
    """Paths relative to the lake: the finished draft, the name it takes, and the files it stands for."""

    draft: str
    target: str
    replaced: list[str]


def swap_is_open(folder: Path) -> bool:
    return (folder / NOTE).exists()


def begin_swap(folder: Path, swap: Swap) -> None:
    """Promise the swap. The caller holds the lake's lock alone."""
    draft = folder / f"{NOTE}.draft"
    draft.write_text(json.dumps(asdict(swap)))
    settle(draft, folder / NOTE)


def finish_swap(folder: Path) -> None:
    """Do what the note promises, if there is one; again after a crash, from wherever it stopped."""
    note = folder / NOTE
    if not note.exists():
        return
    swap = Swap(**json.loads(note.read_text()))
    draft, target = folder / swap.draft, folder / swap.target
    for name in swap.replaced:
        if name != swap.target:
            remove(folder / name)
    if draft.exists():
        settle(draft, target)
    remove(note)
