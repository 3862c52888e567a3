"""A post says whom it is for: branches are proposed and pointed out, approval covers it, and what was sent stays as it was."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from livingroom.people.models import Staff
from livingroom.posts.approval.models import PlacementVersion
from livingroom.posts.approval.operations import StagePlan, ask_approval, decide, set_stages
from livingroom.posts.audience import proposed_branches
from livingroom.posts.calendar.exports import csv_lines
from livingroom.posts.calendar.imports import run_import, start_import
from livingroom.posts.checks import placement_problems
from livingroom.posts.fitting import audience_of
from livingroom.posts.models import Placement, Post
from livingroom.posts.operations import NotReady, PostDraft, save_post, schedule_placements
from livingroom.segments.models import Segment, SegmentUse
from livingroom.segments.operations import save_segment
from tests.posts import cast
from tests.posts.cast import NOON
from tests.segments.cast import rule

pytestmark = pytest.mark.django_db
GAMERS = rule(("interest", "is", ["gaming"]))
BUYERS = rule(("orders_year", "at_least", 2))


def segment(
    told: object = GAMERS, *, name: str = "Gamers", purpose: str = "offers", **more: object
) -> Segment:
    return save_segment(
        staff=cast.ada(), name=name, rule=told, purpose=purpose, ground="interest", now=NOON, **more
    )  # type: ignore[arg-type]  # as the test says


def written(made: Segment | None, *branches: object, post: Post | None = None, **more: object) -> Post:
    draft = PostDraft(
        title="Play",
        text="Come and play.",
        branches=tuple(branches),
        segment=made.current if made else None,
        **more,
    )  # type: ignore[arg-type]  # as the test says
    return save_post(staff=cast.staff(), draft=draft, now=NOON, post=post)


def test_branches_that_speak_to_the_segment_are_proposed_and_others_pointed_out() -> None:
    cast.open_house()
    forge, servers = cast.branch("Forge", interests=["gaming"]), cast.branch("Servers", interests=["servers"])
    made = segment()

    post = written(made, forge, servers)
    said = {
        row.branch.name: [(one.text, one.blocks) for one in placement_problems(row, due_at=NOON, now=NOON)]
        for row in post.placements.select_related("branch")
    }

    assert proposed_branches(made.current, [forge, servers]) == [forge]
    assert said["Forge"] == []
    assert said["Servers"] == [("The post is for Gamers, and Servers does not speak to them.", False)]


def test_a_segment_that_no_branch_can_know_is_said_to_be_for_letters() -> None:
    cast.open_house()
    forge = cast.branch("Forge", interests=["gaming"])
    made = segment(BUYERS, name="Buyers")

    found = audience_of(made.current, [forge], [forge], NOON)

    assert found is not None
    assert found.reach.is_letters_only
    assert not found.missing
    assert "Only letters and direct messages reach them alone" in found.reach.said
    problems = placement_problems(written(made, forge).placements.get(), due_at=NOON, now=NOON)
    assert [(one.field, one.blocks) for one in problems] == [("segment", False)]


def test_a_rule_that_is_known_in_part_says_which_part_nobody_in_public_can_know() -> None:
    made = segment(rule(("interest", "is", ["gaming"]), ("orders_year", "at_least", 2)))

    found = audience_of(made.current, [], [], NOON)

    assert found is not None
    assert not found.reach.is_letters_only
    assert (
        found.reach.said == "Others read it, too. Known of customers alone: bought at least twice in a year."
    )


def test_an_offer_needs_a_segment_that_may_be_used_for_offers() -> None:
    cast.open_house()
    forge = cast.branch("Forge", interests=["gaming"])
    post = written(segment(purpose="research"), forge, offer=cast.offer())

    problems = placement_problems(post.placements.get(), due_at=NOON, now=NOON)

    assert [one.field for one in problems if one.blocks] == ["segment"]


def test_a_sent_post_keeps_its_version_and_one_that_waits_follows() -> None:
    cast.open_house()
    forge = cast.branch("Forge", interests=["gaming", "linux"])
    made = segment()
    sent, waiting = written(made, forge), written(made, forge)
    schedule_placements(staff=cast.staff(), due={sent.placements.get().pk: NOON}, now=NOON)
    cast.deliver_at(sent.placements.get(), NOON)

    changed = segment(rule(("interest", "is", ["linux"])), segment=made)

    sent.refresh_from_db()
    waiting.refresh_from_db()
    assert [sent.segment_version.number, waiting.segment_version.number] == [1, 2]
    use = SegmentUse.objects.get(used_by=f"post {sent.pk}", ended_at=None)
    assert [use.version.number, use.frozen_at is not None] == [1, True]
    with pytest.raises(NotReady, match="keeps it"):
        written(changed, forge, post=sent)


def test_approval_covers_whom_it_is_for() -> None:
    cast.open_house()
    forge = cast.branch("Forge", interests=["gaming"])
    set_stages(staff=cast.ada(), branch=forge, stages=[StagePlan("Legal", "manager")], now=NOON)
    made, boss = segment(), cast.staff("Boss", Staff.Role.MANAGER)
    asked, approved = written(made, forge), written(made, forge)
    for post in (asked, approved):
        schedule_placements(
            staff=cast.staff(), due={post.placements.get().pk: NOON + timedelta(days=1)}, now=NOON
        )
    version = ask_approval(staff=cast.staff(), placement=approved.placements.get(), now=NOON)
    decide(staff=boss, version=version, verdict="approved", reason="", now=NOON)

    changed = segment(rule(("interest", "is", ["linux"])), segment=made)

    asked.refresh_from_db()
    approved.refresh_from_db()
    assert [asked.segment_version.number, approved.segment_version.number] == [2, 1]
    newest = PlacementVersion.objects.filter(placement__post=asked).order_by("-number").first()
    assert newest is not None
    assert newest.content["for"] == "Gamers, version 2"
    assert newest.asked_at == NOON
    assert approved.placements.get().state == Placement.State.SCHEDULED
    written(changed, forge, post=approved)
    assert approved.placements.get().state == Placement.State.WAITING


def test_a_post_for_everybody_is_approved_as_it_was_before_there_were_segments() -> None:
    cast.open_house()
    post = written(None, cast.branch("Forge"))

    version = PlacementVersion.objects.get(placement__post=post)

    assert "for" not in version.content


def test_a_file_of_posts_names_the_segment_and_a_file_of_the_calendar_gives_it_back() -> None:
    cast.open_house()
    cast.branch("Forge", interests=["gaming"])
    segment()
    day = (NOON + timedelta(days=3)).date()
    file = f"branch,text,date,time,segment\nforge,Hello,{day},09:00,gamers\nforge,Again,{day},10:00,nobody\n"
    made = start_import(staff=cast.staff(), file=ContentFile(file.encode()), name="posts.csv", now=NOON)

    run_import(made, NOON)

    post = Post.objects.get()
    assert str(post.segment_version) == "Gamers, version 1"
    assert SegmentUse.objects.get(used_by=f"post {post.pk}").version == post.segment_version
    assert made.rows.get(outcome="refused").words == "There is no segment “nobody”."
    head, line = (row.split(",") for row in list(csv_lines(Placement.objects.all())))
    assert line[head.index("segment")] == "gamers"


def test_the_desk_shows_the_segment_and_chooses_its_branches_on_a_press() -> None:
    cast.open_house()
    forge, servers = cast.branch("Forge", interests=["gaming"]), cast.branch("Servers", interests=["servers"])
    made = segment()
    client = Client()
    client.force_login(cast.staff())

    begun = client.get("/posts/new/?segment=gamers")
    answer = client.post(
        "/posts/new/",
        {"do": "fit", "segment": made.current_id, "text": "Play", "branches": [servers.pk], "when": "now", "code_kind": "none"},
    )  # fmt: skip

    assert begun.context["form"].chosen_ids == {forge.pk}
    assert answer.context["form"].chosen_ids == {forge.pk}
    page = answer.content.decode()
    assert "Interested in gaming" in page
    assert "1 of 1 branch that speaks to them is chosen" in page
    saved = client.post(
        "/posts/new/",
        {"do": "draft", "segment": made.current_id, "text": "Play", "branches": [forge.pk], "when": "now", "code_kind": "none"},
    )  # fmt: skip
    post = Post.objects.get()
    assert saved.status_code == 302
    assert post.segment_version == made.current
    assert "for Gamers" in client.get("/posts/?segment=gamers").content.decode()
