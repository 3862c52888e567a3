from datetime import date

import pytest

from livingroom.ideas.action.operations import NotReadyToTell, prepare_post, suggested_text
from livingroom.ideas.action.queries import told_by, told_of
from livingroom.ideas.duty.operations import answer
from livingroom.ideas.models import Idea
from livingroom.links.models import ClickCount
from livingroom.posts.delivery import deliver
from livingroom.posts.models import Placement
from livingroom.posts.operations import schedule_placements
from tests.ideas.cast import later
from tests.ideas.duty import scene
from tests.posts import cast as posts

pytestmark = pytest.mark.django_db
RELEASE = "https://shop.cornerpc.example/plain"


@pytest.fixture
def idea():
    scene.house()
    found = scene.wanted_idea(scene.board())
    answer(
        staff=scene.manager(), idea=found, state=Idea.State.SHIPPED, reason="Tick the box.", url=RELEASE,
        now=later(days=1),
    )  # fmt: skip
    return found


def prepare(idea, branches, texts=None, destination=RELEASE):
    texts = texts or {code: suggested_text(idea, code) for code in ("en", "es")}
    return prepare_post(
        staff=scene.manager(),
        idea=idea,
        branches=branches,
        texts=texts,
        destination=destination,
        now=later(days=2),
    )


def test_each_branch_says_it_in_its_language_with_its_own_link(idea):
    outlet, tienda = posts.branch("Outlet"), posts.branch("Tienda", language="es-mx", country="MX")
    post = prepare(idea, [outlet, tienda])
    texts = {row.branch.name: row.text for row in post.placements.select_related("branch")}

    now = posts.NOON
    rows = schedule_placements(
        staff=scene.manager(), due={row.pk: now for row in post.placements.all()}, now=now
    )
    for row in rows:
        deliver(row.pk, now, clock=lambda: now)
    ClickCount.objects.create(link=rows[0].link, on=date(2026, 3, 4), click_class="human", n=12)
    ClickCount.objects.create(link=rows[0].link, on=date(2026, 3, 4), click_class="bot", n=90)
    told = told_by(idea)

    assert texts["Tienda"].startswith("Lo pidieron, aquí está")
    assert texts["Outlet"].startswith("You asked, here it is")
    assert [(one.branch.name, one.n_clicks) for one in told] == [("Outlet", 12), ("Tienda", 0)]
    assert len({one.short_url for one in told}) == 2


def test_what_is_not_out_yet_is_told_to_staff_only(idea):
    prepare(idea, [posts.branch("Outlet")])

    assert told_by(idea) == []
    assert [one.state for one in told_of([idea.pk])] == [Placement.State.DRAFT]


def test_an_undecided_idea_is_not_told():
    scene.house()
    undecided = scene.wanted_idea(scene.board())

    with pytest.raises(NotReadyToTell, match="Answer the idea first"):
        prepare(undecided, [posts.branch("Outlet")])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"destination": "https://elsewhere.example/"}, "destination"),
        ({"texts": {"es": "Aquí está {link}"}}, "text_en"),
    ],
)
def test_what_is_missing_is_said_where_it_is(idea, given, field):
    with pytest.raises(NotReadyToTell) as refusal:
        prepare(idea, [posts.branch("Outlet", connected=False)], **given)

    assert refusal.value.field == field
