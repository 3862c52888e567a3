import pytest

from tests.posts import cast


@pytest.fixture
def house(db):
    return cast.open_house()


@pytest.fixture
def maya(house, client):
    """A browser in which Maya is signed in."""
    client.force_login(cast.staff())
    return client
