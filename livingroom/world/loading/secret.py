"""The truth, in files beside the product's tables: what only a world knows, for tests and for measuring methods."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq

from livingroom.world.generate import World

FOLDER = "world"


def write_truth(world: World, home: Path) -> Path:
    """Write `truth.json` and `truth.parquet` below the data folder. Returns the folder."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    summary = {"seed": world.seed, "digest": world.digest(), **world.truth_summary}
    draft = folder / "truth.json.draft"
    draft.write_text(json.dumps(summary, indent=2), encoding="utf-8")
    draft.replace(folder / "truth.json")
    pq.write_table(world.truth.arrow(), folder / "truth.parquet")
    return folder
