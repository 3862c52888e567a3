"""Loaded before Django's settings: tests keep their own data folder and never touch an installation's."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

if "LIVINGROOM_HOME" not in os.environ:
    os.environ["LIVINGROOM_HOME"] = tempfile.mkdtemp(prefix="livingroom-tests-")
os.environ.setdefault("RATES_URL", "")  # no test asks the world outside
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livingroom.config.settings")

settings.register_profile("livingroom", deadline=None)  # a busy machine is no fault
settings.load_profile("livingroom")

# A test that asks for no database cannot reach one, for pytest-django would stop it; but these rooms start processes that do.
_STARTS_PROCESSES = {"commands", "config", "e2e", "links"}
_DATABASE = {"db", "transactional_db", "django_db_setup", "client", "admin_client", "live_server"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that need no second run on another database."""
    for item in items:
        room = (
            item.path.relative_to(Path(__file__).parent.parent).parts[0] if "tests" in item.path.parts else ""
        )
        asked = _DATABASE & set(getattr(item, "fixturenames", ()))
        if room not in _STARTS_PROCESSES and not asked and not item.get_closest_marker("django_db"):
            item.add_marker("one_database")
