"""A board with a category whose partner is named, a few members, and clients that are known or not."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from livingroom.ideas.models import Board, Category
from livingroom.people.models import Member, Staff
from tests.ideas import cast


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """Limits and figures are kept for a minute; the next test is another house."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def maya(db: None) -> Staff:
    return cast.manager("Maya")


@pytest.fixture
def board(maya: Staff) -> Board:
    made = cast.board(
        "ideas", name="Ideas", intro="What next?", allows_against=True, partner=maya, answer_line=3
    )
    Category.objects.create(board=made, slug="laptops", name="Laptops", partner=maya)
    return made


@pytest.fixture
def ana(board: Board) -> Member:
    return cast.member("Ana")


@pytest.fixture
def known(client: Client, ana: Member) -> Client:
    return signed_in(client, ana)


def signed_in(client: Client, member: Member) -> Client:
    session = client.session
    session["member"] = member.pk
    session.save()
    return client
