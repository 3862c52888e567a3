"""A group's segment: what its people want most, and who of them is invited, in their language, until they end it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from livingroom.branches.models import Branch
from livingroom.community.events.announcing import draft_post
from livingroom.community.groups.around import around
from livingroom.community.groups.drafts import GroupDraft
from livingroom.community.groups.hearing import follow, hearers_of, invite, n_invited
from livingroom.community.groups.models import Group
from livingroom.community.groups.operations import save_group
from livingroom.ideas.models import Vote
from livingroom.people.consents.models import Consent
from livingroom.people.members.letters import send_what_waits, stop_link
from livingroom.people.members.models import Letter
from livingroom.people.models import Customer, Member
from livingroom.segments.keeping import keep
from livingroom.segments.models import Segment, SegmentUse
from livingroom.segments.operations import save_segment, set_customs
from tests.community import cast
from tests.community.cast import NOON
from tests.ideas import cast as ideas
from tests.segments.cast import rule

pytestmark = pytest.mark.django_db
CANADA = rule(("country", "is", ["CA"]))


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def segment(ground: str = "consent", told: object = CANADA, **more: object) -> Segment:
    return save_segment(
        staff=cast.staff(), name="Gamers", rule=told, purpose="events", ground=ground, now=NOON, **more
    )  # type: ignore[arg-type]  # as the test says


def group(name: str = "Gaming", **more: object) -> Group:
    return save_group(staff=cast.staff(), draft=GroupDraft(name=name, segment="gamers", **more), now=NOON)  # type: ignore[arg-type]


def member(name: str, *, country: str = "CA", says_yes: bool = True, **facts: object) -> Member:
    customer = Customer.objects.create(country=country, first_seen_at=NOON)
    if says_yes:
        Consent.objects.create(customer=customer, purpose="events", given_at=NOON, source="form")
    return cast.member(name, customer=customer, **facts)


def test_it_shows_what_the_segment_wants_most_once_enough_of_its_people_want_it() -> None:
    set_customs(staff=cast.staff(), smallest_group=3, now=NOON)
    board = ideas.board()
    few, many, others = (
        ideas.idea(board, title) for title in ("Wanted by few", "Wanted by many", "By others")
    )
    segment("interest")
    made = group()
    canadians = [member(f"Ca{number}") for number in range(4)]
    strangers = [member(f"Us{number}", country="US") for number in range(6)]
    for idea, people in ((few, canadians[:2]), (many, canadians), (others, strangers)):
        for one in people:
            Vote.objects.create(idea=idea, root=idea, member=one, sign=1, at=NOON)
    keep(NOON)

    found = around(made, NOON)

    assert [idea.title for idea in found.ideas] == ["Wanted by many"]
    assert found.is_wanted
    page = Client().get("/groups/gaming/?lang=de").content.decode()
    assert "Was ihre Leute am meisten wollen" in page


def test_without_enough_votes_it_shows_the_ideas_around_it_as_before() -> None:
    board = ideas.board()
    ideas.idea(board, "A gaming mouse")
    segment("interest")
    keep(NOON)

    found = around(group(interests=("gaming",)), NOON)

    assert [idea.title for idea in found.ideas] == ["A gaming mouse"]
    assert not found.is_wanted


def test_a_new_event_invites_who_asked_and_who_said_yes_and_nobody_else() -> None:
    segment()
    made = group()
    asked = member("Asked", country="US", says_yes=False, language="de")
    follow(member=asked, group=made, now=NOON)
    member("Agreed")
    member("Silent", says_yes=False)
    member("Elsewhere", country="US")
    keep(NOON)
    event = cast.event(is_announced=False, groups=(made,), words={"de": {"title": "Der Start"}})
    assert n_invited(event, NOON) == 2

    from livingroom.community.events.operations import announce

    announce(staff=cast.staff(), event=event, now=NOON)
    first, second = invite(NOON), invite(NOON)

    assert [first, second] == [2, 0]
    told = dict(Letter.objects.values_list("member__name", "text"))
    assert set(told) == {"Asked", "Agreed"}
    assert told["Asked"].startswith("Sie sind eingeladen: „Der Start“.")
    assert told["Agreed"].startswith("You are invited: “Bamboo desktop launch”.")


def test_a_segment_on_other_grounds_brings_nobody_who_did_not_ask() -> None:
    segment("interest")
    made = group()
    member("Agreed")
    keep(NOON)

    assert list(hearers_of(made, NOON)) == []


def test_one_press_in_the_letter_ends_it_for_the_group() -> None:
    segment()
    made = group()
    agreed = member("Agreed")
    keep(NOON)
    event = cast.event(groups=(made,))
    assert invite(NOON) == 1
    Letter.objects.update(made_at=timezone.now() - timedelta(hours=1))

    send_what_waits(timezone.now())
    link = stop_link(agreed, f"group {made.pk}")
    Client().post(link.removeprefix(link.split("/", 3)[0] + "//" + link.split("/", 3)[2]))

    assert mail.outbox[0].body.count("You are invited") == 1
    assert link in mail.outbox[0].body
    assert list(hearers_of(made, NOON)) == []
    assert event.pk


def test_a_member_follows_and_ends_it_on_the_page_and_a_visitor_is_asked_for_an_address() -> None:
    segment()
    made = group()
    robin = cast.member()
    client = Client()

    visitor = client.post("/groups/gaming/follow/")
    assert "mail" in visitor.content.decode().lower()
    assert not made.follows.exists()

    from livingroom.community.groups.public import do_follow

    do_follow(robin, {"group": "gaming", "ends": False}, NOON)
    assert list(hearers_of(made, NOON)) == [robin]
    do_follow(robin, {"group": "gaming", "ends": True}, NOON)
    assert list(hearers_of(made, NOON)) == []


def test_the_group_takes_each_new_version_and_it_is_written_down() -> None:
    row = segment()
    made = group()

    segment(told=rule(("country", "is", ["BR"])), segment=row)

    use = SegmentUse.objects.get(used_by=f"group {made.pk}", ended_at=None)
    assert [use.version.number, use.purpose] == [2, "events"]
    save_group(staff=cast.staff(), draft=GroupDraft(name="Gaming"), now=NOON, group=made)
    assert not SegmentUse.objects.filter(used_by=f"group {made.pk}", ended_at=None).exists()


def test_the_post_that_tells_of_its_event_is_for_the_segment() -> None:
    row = segment()
    event = cast.event(groups=(group(),))
    branch = Branch.objects.create(
        slug="forge",
        name="Forge",
        network="sandbox",
        handle="forge",
        opened_on=NOON.date(),
        language="en",
        country="CA",
    )

    post = draft_post(staff=cast.staff(), event=event, branches=[branch], now=NOON)

    assert post.segment_version == row.current
