import sys

import pytest

from tests.support.template import django_db_modify_db_settings

__all__ = ["django_db_modify_db_settings"]


@pytest.fixture(scope="session", autouse=True)
def passwords_are_quick(django_test_environment: None) -> None:
    """A password costs a burglar a third of a second, and so it does every test with an account; a house keeps its own."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def no_day_is_remembered_from_another_test() -> None:
    """A process keeps packed days by their numbers, which are drawn again after a test is rolled back."""
    keeping = sys.modules.get("livingroom.inbox.reports.keeping")
    if keeping is not None:
        keeping.kept.forget()
