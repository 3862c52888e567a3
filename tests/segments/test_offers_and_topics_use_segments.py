"""One definition drives the rooms above: offers reach the branches that speak to a segment, topics catch its words."""

from datetime import timedelta

import pytest

from livingroom.listening.models import Mention, TopicMatch
from livingroom.listening.topics.operations import save_topic
from livingroom.listening.understanding.work import understand_new
from livingroom.people.models import Customer, Handle
from livingroom.posts.audience import is_sealed
from livingroom.posts.checks import placement_problems
from livingroom.posts.models import Placement
from livingroom.segments.keeping import keep
from livingroom.segments.models import SegmentUse
from livingroom.segments.operations import CannotUse, save_segment
from tests.posts import cast
from tests.posts.cast import NOON, SHOP
from tests.segments.cast import rule

pytestmark = pytest.mark.django_db
GAMERS = rule(("interest", "is", ["gaming"]), ("orders_year", "at_least", 2))


def segment(told: object = GAMERS, **more: object):  # type: ignore[no-untyped-def]  # a Segment
    values = {
        "name": "Gamers",
        "purpose": "offers",
        "ground": "interest",
        "staff": cast.ada(),
        "now": NOON,
        **more,
    }
    return save_segment(rule=told, **values)  # type: ignore[arg-type]  # as the test says


def test_an_offer_for_a_segment_goes_to_branches_that_speak_to_it() -> None:
    cast.open_house()
    forge = cast.branch("Forge", interests=["gaming"])
    servers = cast.branch("Servers", interests=["servers"])
    cast.offer(segment_version=segment().current)
    made = cast.post(forge, servers)

    problems = {
        row.branch_id: [one.text for one in placement_problems(row, due_at=NOON, now=NOON) if one.blocks]
        for row in made.placements.all()
    }

    assert problems[forge.pk] == []
    assert problems[servers.pk] == ["The offer is for Gamers, and Servers does not speak to them."]


def test_a_sent_offer_keeps_its_version_and_one_that_waits_follows() -> None:
    cast.open_house()
    forge = cast.branch("Forge", interests=["gaming", "linux"])
    made = segment()
    sent = cast.offer(name="Sent", segment_version=made.current)
    waiting = cast.offer(name="Waiting", segment_version=made.current)
    placement = cast.placement(forge, offer=sent)
    cast.deliver_at(placement, NOON)
    assert Placement.objects.get(pk=placement.pk).state == Placement.State.SENT

    changed = segment(rule(("interest", "is", ["linux"])), segment=made)
    sent.refresh_from_db()
    waiting.refresh_from_db()

    assert [sent.segment_version.number, waiting.segment_version.number, changed.current.number] == [1, 2, 2]
    assert [is_sealed(sent), is_sealed(waiting)] == [True, False]
    sent.segment_version = changed.current
    with pytest.raises(CannotUse):
        cast.save_offer(staff=cast.staff(), offer=sent, now=NOON)
    use = SegmentUse.objects.get(used_by=f"offer {sent.pk}", ended_at=None)
    assert [use.version.number, use.purpose, use.frozen_at is not None] == [1, "offers", True]


def test_a_segment_for_another_purpose_cannot_carry_an_offer() -> None:
    cast.open_house()
    research = segment(purpose="research").current

    with pytest.raises(CannotUse, match="not for offers"):
        cast.offer(segment_version=research, destination=f"https://{SHOP}/x")


def test_a_topic_catches_the_words_of_a_segments_people() -> None:
    member = Customer.objects.create(country="CA", first_seen_at=NOON)
    stranger_to_it = Customer.objects.create(country="US", first_seen_at=NOON)
    for customer, name in ((member, "ana"), (stranger_to_it, "bob")):
        Handle.objects.create(customer=customer, kind="network", value=f"bluesky:{name}", seen_at=NOON)
    keep(NOON)
    canadians = segment(rule(("country", "is", ["CA"])))
    topic = save_topic(staff=cast.staff(), name="Batteries", query="battery", segment=canadians, now=NOON)
    says = [("ana", ""), ("bob", ""), ("somebody", "CA"), ("somebody else", "BR"), ("nobody knows", "")]
    for number, (author, country) in enumerate(says):
        Mention.objects.create(
            network="bluesky", key=str(number), source="stream", kind=Mention.Kind.FOUND, author_id=author, author_handle=author,
            country=country, text=f"My battery number {number} is warm, {author}", at=NOON, heard_at=NOON,
        )  # fmt: skip

    understand_new(NOON)

    caught = set(TopicMatch.objects.filter(topic=topic).values_list("mention__author_id", flat=True))
    assert caught == {"ana", "somebody", "nobody knows"}
    assert SegmentUse.objects.get(used_by=f"topic {topic.pk}").version == canadians.current

    segment(rule(("country", "is", ["BR"])), segment=canadians, now=NOON + timedelta(hours=1))
    topic.refresh_from_db()
    assert topic.current is not None
    assert [topic.current.number, topic.current.query, topic.current.segment_version_id] == [
        2, "battery", canadians.current_id,
    ]  # fmt: skip
