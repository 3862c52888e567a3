import pytest

from tests.experiments import cast
from tests.posts import cast as desk


@pytest.fixture
def house(db):
    return desk.open_house()


@pytest.fixture
def outlets(house):
    """Six markets with a branch each, that nobody has bought from yet."""
    return cast.branches()


@pytest.fixture
def markets(outlets):
    """The same with two hundred days of orders."""
    cast.orders()
    return outlets


@pytest.fixture
def mona(markets, client):
    """A browser in which Mona, a manager, is signed in."""
    client.force_login(cast.manager())
    return client
