"""A picture can be described otherwise in a language or on one branch; empty is as in the library."""

from io import BytesIO

import pytest
from PIL import Image

from livingroom.posts.approval.content import content_of
from livingroom.posts.calendar.recurring import draft_of
from livingroom.posts.media.models import DeskRules, MediaItem
from livingroom.posts.media.operations import add_picture
from livingroom.posts.models import Placement, Post
from livingroom.posts.wording import wording_of
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def outlet(house):
    return cast.branch("Outlet")


@pytest.fixture
def brasil(house):
    return cast.branch("Brasil", country="BR", language="pt-br")


@pytest.fixture
def laptop(house) -> MediaItem:
    file = BytesIO()
    Image.new("RGB", (64, 48), (180, 90, 40)).save(file, "PNG")
    return add_picture(
        staff=cast.staff(), content=file.getvalue(), name="laptop.png", alt="A laptop", now=NOON
    )


def described(post: Post) -> dict[str, str]:
    rows = post.placements.select_related("branch")
    return {row.branch.name: wording_of(row).images[0].alt for row in rows}


@pytest.mark.parametrize(
    ("alts", "otherwise", "expected"),
    [
        ({}, "", {"Outlet": "A laptop", "Brasil": "A laptop"}),
        ({}, "Ours", {"Outlet": "Ours", "Brasil": "Ours"}),
        ({"pt": "Um laptop"}, "", {"Outlet": "A laptop", "Brasil": "Um laptop"}),
        ({"pt": "Um laptop", "pt-BR": "Um notebook"}, "", {"Outlet": "A laptop", "Brasil": "Um notebook"}),
        ({"pt": "  "}, "", {"Outlet": "A laptop", "Brasil": "A laptop"}),
    ],
)
def test_the_nearest_description_is_said(outlet, brasil, laptop, alts, otherwise, expected):
    post = cast.post(outlet, brasil, images=((laptop, otherwise),), alts={laptop.pk: alts})

    assert described(post) == expected


def test_one_branch_alone_goes_before_its_language(outlet, brasil, laptop):
    alts = {laptop.pk: {"pt": "Um laptop", str(brasil.pk): "O nosso laptop"}}

    post = cast.post(outlet, brasil, images=((laptop, ""),), alts=alts)

    assert described(post)["Brasil"] == "O nosso laptop"
    placement = post.placements.get(branch=brasil)
    assert content_of(placement)["images"] == [[laptop.digest, "O nosso laptop"]]
    assert draft_of(post, list(post.placements.all())).alts == alts


def test_every_picture_must_still_be_described_on_each_branch(maya, outlet, brasil, laptop):
    MediaItem.objects.update(alt="")
    DeskRules.objects.create(alt_required=True)
    answers = {"text": "Hello", "images": laptop.pk, "branches": [outlet.pk, brasil.pk], "when": "now"}

    answers |= {"do": "schedule", "code_kind": "none", f"alt_{laptop.pk}_pt": "Um laptop"}
    page = maya.post("/posts/new/", answers)
    done = maya.post("/posts/new/", answers | {f"alt_{laptop.pk}_en": "A laptop"})

    assert "Outlet: 1 picture must be described" in page.content.decode()
    assert done.status_code == 302
    assert Placement.objects.filter(state="scheduled").count() == 2


def test_the_fields_follow_the_chosen_pictures_and_branches(maya, outlet, brasil, laptop):
    answers = {"do": "check", "text": "Hello", "images": laptop.pk, "branches": [outlet.pk, brasil.pk]}
    live = {"HX-Request": "true"}

    drawn = maya.post("/posts/new/", answers, headers=live).content.decode()
    key = f"{laptop.pk}.{outlet.pk}-{brasil.pk}"
    again = maya.post("/posts/new/", answers | {"alts_shown": key}, headers=live).content.decode()
    one = {"branches": outlet.pk, f"alt_{laptop.pk}_pt-br": "Um laptop"}
    fewer = maya.post("/posts/new/", answers | one, headers=live).content.decode()

    assert f'name="alt_{laptop.pk}_pt-br"' in drawn
    assert 'id="alts"' not in again  # nothing is drawn anew under somebody's hands
    assert f'type="hidden" name="alt_{laptop.pk}_pt-br" value="Um laptop"' in fewer
