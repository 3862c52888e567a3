from pathlib import Path
from typing import Any

import pytest

from livingroom.world.generate import DEFAULT_SEED, World, generate


@pytest.fixture(scope="session")
def corner_pc() -> World:
    """The demo's own world, whole."""
    return generate(DEFAULT_SEED)


@pytest.fixture
def small_house(db: None, tmp_path: Path, settings: Any) -> Path:
    """An empty house with a data folder and a lake of its own."""
    settings.HOME = tmp_path
    settings.LAKE_URL = str(tmp_path / "lake")
    return tmp_path
