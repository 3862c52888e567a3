from collections.abc import Iterator

import pytest

from livingroom.ideas.likeness import index


@pytest.fixture(autouse=True)
def what_ideas_mean_is_not_remembered() -> Iterator[None]:
    """Each test has a database of its own, whose numbers begin anew; an index of the process would know them from another."""
    index.forget_all()
    yield
    index.forget_all()
