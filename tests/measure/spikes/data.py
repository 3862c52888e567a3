"""Where the labelled series stand; they are not part of the project."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SERIES = Path(os.environ.get("LIVINGROOM_SHARED", ROOT.parent / "shared")) / "data" / "spikes"

needs_series = pytest.mark.skipif(not SERIES.is_dir(), reason=f"There are no labelled series in {SERIES}.")


def series_files():
    return sorted(SERIES.glob("Twitter_volume_*.csv"))
