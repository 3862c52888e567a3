import pytest

from tests.attribution.scene import Scene


@pytest.fixture
def scene(db, settings, tmp_path):
    settings.LAKE_URL = str(tmp_path / "lake")
    return Scene()
