import pytest

from tests.posts import cast


@pytest.fixture
def house(db):
    return cast.open_house()
