"""A simulated shop as a folder of files; rows go out chunk by chunk, so that the size does not matter."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from livingroom.measure.lift.panel import Panel
from livingroom.world.regimes.books import as_csv
from livingroom.world.regimes.holdout import Holdout
from livingroom.world.regimes.outcome import (
    Progress,
    Setting,
    Stage,
    panel_of_world,
    play,
    set_stage,
    silent,
    truth_of,
)
from livingroom.world.regimes.tables import Tables

PARTS = {"touches": "touches", "orders": "orders", "refunds": "refunds", "truth": "truth_orders"}


def write_world(setting: Setting, holdout: Holdout, out: Path, progress: Progress = silent) -> dict[str, Any]:
    """Write a world into a folder and return its truth. The same setting writes the same bytes.

    Everything is written beside the folder first and moved at the end, so that a stopped run leaves nothing half-done.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".writing-") as place:
        folder = Path(place)
        stage = set_stage(setting, holdout, progress=progress)
        write_rows(play(setting, stage, progress), folder)
        truth = truth_of(setting, stage, holdout)
        write_panel(panel_of_world(stage), folder / "panel.csv")
        (folder / "costs.csv").write_text(as_csv(setting.costs(), setting.currency))
        write_json(log_of(stage), folder / "assignment.json")
        write_json(truth, folder / "truth.json")
        for file in sorted(folder.iterdir()):
            file.replace(out / file.name)
    return truth


def write_rows(parts: Iterator[Tables], folder: Path) -> None:
    with ExitStack() as stack:
        writers: dict[str, pq.ParquetWriter] = {}
        for part in parts:
            for name, file in PARTS.items():
                table: pa.Table = getattr(part, name)
                if name not in writers:
                    writer = pq.ParquetWriter(folder / f"{file}.parquet", table.schema, compression="zstd")
                    writers[name] = stack.enter_context(writer)
                writers[name].write_table(table)


def write_panel(panel: Panel, path: Path) -> None:
    """Write one row a place and day: unit, time, outcome, treated, pre, and stratum and block where the design has them."""
    n_units, n_times = panel.outcome.shape
    columns: dict[str, Any] = {
        "unit": np.repeat(np.array(panel.units), n_times),
        "time": np.tile(np.array(panel.times), n_units),
        "outcome": np.round(panel.outcome, 2).ravel(),
        "treated": panel.treated.astype(np.int8).ravel(),
        "pre": np.tile(panel.pre.astype(np.int8), n_units),
    }
    if panel.stratum is not None:
        columns["stratum"] = np.repeat(np.array(panel.stratum), n_times)
    if panel.block is not None:
        columns["block"] = np.tile(panel.block, n_units)
    pa_csv.write_csv(pa.table(columns), path)


def log_of(stage: Stage) -> dict[str, Any]:
    """Give the assignment log; a world without holdout says so."""
    design = stage.held.design
    return design.as_json() if design else {"kind": "none", "assignments": []}


def write_json(value: dict[str, Any], path: Path) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n")
