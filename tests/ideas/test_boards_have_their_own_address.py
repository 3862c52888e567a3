"""No board stands where the portal has a page, and another half-life makes every key anew."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from livingroom.config.api import api
from livingroom.ideas import operations
from livingroom.ideas.boards import RESERVED, NotABoard, open_board
from livingroom.ideas.models import Board, Idea
from tests.ideas import cast
from tests.ideas.cast import NOON, later


def addresses(patterns, before=""):
    for row in patterns:
        here = before + str(row.pattern).lstrip("^")
        if isinstance(row, URLResolver):
            yield from addresses(row.url_patterns, here)
        elif isinstance(row, URLPattern):
            yield here


def test_every_page_beside_a_board_is_a_reserved_name():
    pages = {
        path.split("/")[1] for path in addresses(get_resolver().url_patterns) if path.startswith("ideas/")
    }
    calls = {
        path.split("/")[3] for path in api.get_openapi_schema()["paths"] if path.startswith("/api/ideas/")
    }

    fixed = {one for one in pages | calls if one and "<" not in one and "{" not in one and "." not in one}

    assert fixed >= {"mine", "log", "how", "consent", "boards"}
    assert fixed <= RESERVED


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("slug", "words"),
    [("consent", "page of the portal itself"), ("boards", "page of the portal itself"), ("Big Ideas", "small letters"),
     ("ideas", "already")],
)  # fmt: skip
def test_a_board_cannot_have_such_an_address(slug, words):
    cast.board()

    with pytest.raises(NotABoard, match=words) as problem:
        open_board(staff=cast.manager(), name="More", slug=slug, now=NOON)

    assert problem.value.field == "slug"


@pytest.mark.django_db
def test_a_board_named_like_a_page_gets_an_address_beside_it():
    assert open_board(staff=cast.manager(), name="Log", now=NOON).slug == "log-2"


@pytest.mark.django_db
def test_the_board_s_page_changes_the_half_life_and_all_keys_with_it(client):
    board, manager = cast.board(), cast.manager()
    old, new = cast.idea(board), cast.idea(board, now=later(days=28))
    for _ in range(3):
        operations.cast(member=cast.member(), idea=old, now=NOON)
    operations.cast(member=cast.member(), idea=new, now=later(days=28))
    assert list(Idea.objects.order_by("-popular_key")) == [new, old]  # three weigh 3/16 after four half-lives
    client.force_login(manager)
    page = client.get(f"/desk/ideas/boards/{board.slug}/")
    given = {name: value for name, value in page.context["form"].initial.items() if value is not None}

    answer = client.post(f"/desk/ideas/boards/{board.slug}/", given | {"half_life_days": "60"})

    assert answer.status_code == 302
    assert Board.objects.get().half_life_days == 60
    assert list(Idea.objects.order_by("-popular_key")) == [old, new]
