"""Loaded before Django's settings: tests keep their own data folder and never touch an installation's."""

import os
import tempfile
from pathlib import Path

import pytest

if "LIVINGROOM_HOME" not in os.environ:
    os.environ["LIVINGROOM_HOME"] = tempfile.mkdtemp(prefix="livingroom-tests-")
os.environ.setdefault("RATES_URL", "")  # no test asks the world outside
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livingroom.config.settings")

# In these rooms a test that asks for no database cannot reach one: pytest-django would stop it.
_WITHOUT_DATABASE = {"lake", "measure", "networks", "world"}
_DATABASE = {"db", "transactional_db", "django_db_setup", "client", "admin_client", "live_server"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that need no second run on another database."""
    for item in items:
        room = (
            item.path.relative_to(Path(__file__).parent.parent).parts[0] if "tests" in item.path.parts else ""
        )
        asked = _DATABASE & set(getattr(item, "fixturenames", ()))
        if room in _WITHOUT_DATABASE and not asked and not item.get_closest_marker("django_db"):
            item.add_marker("one_database")
