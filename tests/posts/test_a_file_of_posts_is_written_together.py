"""Rows of a file are written hundreds at a time; what stands there afterwards is what the verbs for one would have written."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError
from django.forms import model_to_dict

from livingroom.links.models import Code, Link
from livingroom.posts.approval.models import PlacementVersion
from livingroom.posts.approval.operations import StagePlan, set_stages
from livingroom.posts.calendar import imports
from livingroom.posts.calendar.imports import run_import, start_import
from livingroom.posts.calendar.many import House, Wish, write_plain
from livingroom.posts.calendar.models import PostImport
from livingroom.posts.drafts import PostDraft
from livingroom.posts.models import Placement
from livingroom.posts.operations import NotReady, save_post, schedule_placements
from livingroom.shared.models import Event
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db
SOON = NOON + timedelta(days=2)


@pytest.fixture
def outlet(db):
    cast.open_house()
    return cast.branch("Outlet")


def imported(text: str) -> PostImport:
    file = ContentFile(text.encode(), "posts.csv")
    made = start_import(staff=cast.staff(), file=file, name="posts.csv", now=NOON)
    run_import(made, NOON)
    return made


def wishes(branch) -> list[Wish]:
    offer = cast.offer()
    shared = PostDraft(
        "One",
        "15 % off with {code}: {link}",
        offer=offer,
        code_kind="shared",
        branches=(branch,),
        tags=("winter",),
        first_comment="Until Sunday.",
    )
    own = PostDraft("Two", "Look: {link}", destination=f"https://{cast.SHOP}/new?a=b", branches=(branch,))
    return [
        Wish(shared, SOON),
        Wish(own, SOON),
        Wish(PostDraft("Three", "No link.", branches=(branch,)), None),
    ]


def traces() -> list[object]:
    """All that was written, but for what is drawn by lot or counted up."""
    drawn = {"id", "post", "link", "placement", "delivery_key", "slug", "text"}
    found: list[object] = []
    for placement in Placement.objects.select_related("post", "link").order_by("pk"):
        link = placement.link
        link_facts = model_to_dict(link) if link else {}
        for name in ("destination", "onward"):
            link_facts[name] = link_facts.get(name, "").replace(link.slug if link else "–", "SLUG")
        codes = link.codes.values_list("kind", "starts_at", "ends_at", "stopped_at") if link else ()
        rows = (model_to_dict(placement), model_to_dict(placement.post), link_facts)
        found.append(
            [
                {k: v for k, v in row.items() if k not in drawn or (row is rows[1] and k == "text")}
                for row in rows
            ]
        )
        found.append(list(codes))
        version = PlacementVersion.objects.get(placement=placement)
        found.append((version.number, version.digest, version.content, version.written_by_id))
    kinds = ("wrote post", "scheduled")
    found.append(sorted(Event.objects.filter(verb__in=kinds).values_list("verb", "actor", "at").distinct()))
    return found


def test_written_together_or_one_by_one_the_same_stands_there(outlet):
    wanted, maya = wishes(outlet), cast.staff()
    for wish in wanted:
        post = save_post(staff=maya, draft=wish.draft, now=NOON)
        if wish.due_at:
            schedule_placements(staff=maya, due={post.placements.get().pk: wish.due_at}, now=NOON)
    one_by_one = traces()
    Placement.objects.all().delete()
    Code.objects.all().delete()
    Link.objects.all().delete()
    Event.objects.filter(verb__in=("wrote post", "scheduled")).delete()

    write_plain(staff=maya, wishes=wanted, house=House(NOON), now=NOON)

    assert traces() == one_by_one
    assert Code.objects.count() == 1
    assert Link.objects.values("slug").distinct().count() == 2


def test_the_checks_are_those_of_a_single_post(outlet):
    draft = PostDraft("Bad", "Nothing stands for {offerr}: {link}", branches=(outlet,))

    [told] = write_plain(staff=cast.staff(), wishes=[Wish(draft, SOON)], house=House(NOON), now=NOON)

    assert isinstance(told, NotReady)
    post = save_post(staff=cast.staff(), draft=draft, now=NOON)
    with pytest.raises(NotReady) as single:
        schedule_placements(staff=cast.staff(), due={post.placements.get().pk: SOON}, now=NOON)
    assert str(told) == str(single.value)


def test_hundreds_of_rows_take_a_handful_of_queries(outlet, django_assert_max_num_queries):
    day = SOON.date()
    rows = "".join(f"outlet,{day},09:00,Post {n}\n" for n in range(imports.ROWS_AT_ONCE))
    made = start_import(
        staff=cast.staff(),
        file=ContentFile(f"branch,date,time,text\n{rows}".encode()),
        name="posts.csv",
        now=NOON,
    )

    with django_assert_max_num_queries(60):
        run_import(made, NOON)

    assert made.rows.filter(outcome="scheduled").count() == imports.ROWS_AT_ONCE


def test_rows_for_a_branch_that_asks_wait_for_its_word(outlet):
    asking = cast.branch("Careful")
    set_stages(staff=cast.ada(), branch=asking, stages=[StagePlan("Legal", "manager")], now=NOON)

    imported(f"branch,date,text\noutlet,{SOON.date()},One\ncareful,{SOON.date()},Two\n")

    states = dict(Placement.objects.values_list("branch__slug", "state"))
    assert states == {"outlet": "scheduled", "careful": "waiting"}


def test_a_name_that_somebody_took_meanwhile_costs_no_row(outlet, monkeypatch):
    def taken(*args, **kwargs):
        raise IntegrityError("UNIQUE constraint failed: links_link.slug")

    monkeypatch.setattr("livingroom.posts.calendar.many.mint_links", taken)
    cast.offer()

    made = imported(
        f"branch,date,text,offer\noutlet,{SOON.date()},Go: {{link}},Winter 15\nnowhere,{SOON.date()},B,\n"
    )

    assert list(made.rows.values_list("number", "outcome")) == [(2, "scheduled"), (3, "refused")]
    assert Placement.objects.get().link is not None


def test_rows_before_the_place_where_a_file_breaks_are_kept(outlet, monkeypatch):
    monkeypatch.setattr(imports, "ROWS_AT_MOST", 3)

    made = imported("branch,text\n" + "".join(f"outlet,Row {n}\n" for n in range(5)))

    assert made.rows.count() == 3
    assert "Only the first 3 rows" in made.problem
