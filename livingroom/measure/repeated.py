"""Whether any id of a table can occur twice: a quick look that is never wrong when it says no."""

# ruff: noqa: S608 - names in these queries are our own.

import numpy as np

from livingroom.measure.bins import SHARE_OF_MEMORY, numbers_of
from livingroom.measure.engine import DuckWorkspace, Workspace

_BYTES_PER_ID = 8


def may_repeat(workspace: Workspace, view: str, id_column: str, n_rows: int) -> bool:
    """Whether an id may occur twice in a view of so many rows.

    Equal ids have equal hashes: where all hashes differ, all ids do, and comparing whole ids is spared. Where two hashes
    are equal the ids themselves must be compared. Engines of many machines are not asked: their rows stay where they are.
    """
    if not isinstance(workspace, DuckWorkspace):
        return True
    # As many looks as it takes for the hashes of one to find room, each at those that leave another rest.
    n_looks = 1 + int(n_rows * _BYTES_PER_ID // (workspace.memory_bytes * SHARE_OF_MEMORY))
    with workspace.in_any_order():
        return any(_some_repeat(workspace, view, id_column, look, n_looks, n_rows) for look in range(n_looks))


def _some_repeat(
    workspace: DuckWorkspace, view: str, id_column: str, look: int, n_looks: int, n_rows: int
) -> bool:
    mine = f" WHERE hash(c.{id_column}) % {n_looks} = {look}" if n_looks > 1 else ""
    hashes, n_read = np.empty(n_rows // n_looks + 1, np.uint64), 0
    for batch in workspace.reader(f"SELECT hash(c.{id_column}) FROM {view} AS c{mine}"):
        if n_read + len(batch) > len(hashes):
            hashes = np.resize(hashes, (n_read + len(batch)) * 5 // 4)
        hashes[n_read : n_read + len(batch)] = numbers_of(batch.column(0), np.uint64)
        n_read += len(batch)
    read = hashes[:n_read]
    read.sort()
    return bool((read[1:] == read[:-1]).any())
