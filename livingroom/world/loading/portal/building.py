"""The demo's portal, step by step."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from livingroom.branches.models import Branch
from livingroom.ideas.action.operations import prepare_post, suggested_destination, suggested_text
from livingroom.ideas.boards import open_first_board
from livingroom.ideas.counting import microseconds
from livingroom.ideas.digest.operations import make_due
from livingroom.ideas.duty.operations import name_partner
from livingroom.ideas.merging.operations import merge, unmerge
from livingroom.ideas.models import Board, Category, Digest, DutyNotice, Evidence, Idea, Telling
from livingroom.ideas.storms.operations import begin_storm, sum_up
from livingroom.ideas.tasks import renew_ranks
from livingroom.listening.models import Mention
from livingroom.measure.ballots.votes import Votes
from livingroom.people.models import Letter, Staff
from livingroom.world.generate import World
from livingroom.world.loading.house import demo_staff
from livingroom.world.loading.portal.answering import write_duty
from livingroom.world.loading.portal.casting import (
    count_all,
    match_wishes,
    write_ideas,
    write_showings,
    write_votes,
)
from livingroom.world.loading.portal.cheating import cheats, look_and_decide
from livingroom.world.loading.portal.members import write_members
from livingroom.world.loading.portal.speaking import write_comments
from livingroom.world.loading.portal.told import ideas, words
from livingroom.world.period import draws
from livingroom.world.portal.plan import Plan
from livingroom.world.portal.visiting import simulate

PLAN = Plan(n_days=150, ideas_per_day=2, visits_per_day=330, n_members=4500)
QUIET_PLAN = Plan(
    n_days=150, ideas_per_day=2, visits_per_day=60, n_members=900
)  # as many ideas, fewer people
SMALL_WORLD = 0.1
ANSWER_LINE = 60
HEAT = ("hot", "overheat", "battery")


def load_ideas(world: World, now: datetime) -> int:
    """Load the portal of the last five months. Returns how many votes were cast."""
    random = draws(world.seed, "ideas")
    plan = PLAN if world.scale >= SMALL_WORLD else QUIET_PLAN
    history = simulate(plan, world.seed)
    extras = cheats(history, world.seed)
    votes = Votes.together(history.votes, *(extra.votes for extra in extras))
    views = history.views + sum((extra.views for extra in extras), np.zeros_like(history.views))
    offset, begin = microseconds(now) - plan.end, now - timedelta(days=plan.n_days)
    board = _board(begin)
    told = match_wishes(ideas(plan.n_ideas, random), history, random)
    people = write_members(votes, offset, random, now)
    rows = write_ideas(board, told, history, votes, people, offset)
    n_votes = write_votes(votes, rows, people, offset, random)
    Idea.objects.bulk_update(
        [Idea(pk=pk, n_shown=int(n)) for pk, n in zip(rows, views.sum(axis=1), strict=True)],
        ["n_shown"],
        batch_size=200,
    )
    write_showings(views, rows, offset)
    board.answer_line, line = 10_000, board.answer_line
    board.save(update_fields=["answer_line"])
    look_and_decide(board, demo_staff(), begin, now)
    _merge(board, now)
    board.answer_line = line
    board.save(update_fields=["answer_line"])
    count_all(board, now)
    write_duty(board, random, now)
    count_all(board, now)
    write_comments(list(Idea.objects.filter(board=board, standing="public")), _answerers(), random, now)
    count_all(board, now)
    _storms(board, now)
    _tell_what_shipped(now)
    _evidence(now)
    renew_ranks(now, np.random.default_rng(world.seed))
    _be_quiet(now)
    return n_votes


def _board(begin: datetime) -> Board:
    maya = demo_staff()
    board = Board.objects.filter(slug="ideas").first() or open_first_board(staff=maya, now=begin)
    board.answer_line, board.archive_after_months, board.digest_every = (
        ANSWER_LINE,
        6,
        Board.Digest.FORTNIGHTLY,
    )
    board.save(update_fields=["answer_line", "archive_after_months", "digest_every"])
    for category, person in zip(
        Category.objects.filter(board=board).order_by("position"), _answerers() * 2, strict=False
    ):
        name_partner(staff=maya, place=category, partner=person, now=begin)
    return board


def _answerers() -> list[Staff]:
    emails = ("sofia@cornerpc.example", "arun@cornerpc.example")
    return [demo_staff(), *Staff.objects.filter(email__in=emails).order_by("email")]


def _merge(board: Board, now: datetime) -> None:
    """Ideas that were found to be one; one of the merges was undone."""
    maya, said = demo_staff(), words()
    for place, (kept, other, reason) in enumerate(said["merges"]):
        one, two = _titled(board, kept), _titled(board, other)
        if one is None or two is None:
            continue
        at = max(one.made_at, two.made_at) + timedelta(days=2)
        row = merge(
            staff=maya, kept=one, other=two, reason=reason, now=min(at, now - timedelta(days=place + 1))
        )
        if [kept, other] == said["unmerged"][:2]:
            unmerge(staff=maya, merge=row, reason=said["unmerged"][2], now=now - timedelta(hours=30))


def _titled(board: Board, title: str) -> Idea | None:
    """The idea of this title; of one that names a product, the first."""
    rows = Idea.objects.filter(board=board, standing=Idea.Standing.PUBLIC).order_by("pk")
    if "{product}" in title:
        return rows.filter(title__endswith=title.split("{product}")[1]).first()
    return rows.filter(title=title).first()


def _storms(board: Board, now: datetime) -> None:
    """One session that is over and summed up, and one that runs."""
    maya, said = demo_staff(), words()["storms"]
    topic, intro, summary = said["past"]
    past = begin_storm(
        staff=maya, board=board, topic=topic, intro=intro, host=maya, opens_at=now - timedelta(days=50),
        closes_at=now - timedelta(days=40), now=now - timedelta(days=51),
    )  # fmt: skip
    company = Category.objects.get(board=board, name=words()["categories"]["c"])
    within = Idea.objects.filter(
        board=board, category=company, made_at__range=(past.opens_at, past.closes_at)
    )
    within.update(storm=past)
    sum_up(staff=maya, storm=past, summary=summary, now=now - timedelta(days=36))
    topic, intro = said["open"]
    running = begin_storm(
        staff=maya, board=board, topic=topic, intro=intro, host=maya, opens_at=now - timedelta(days=6),
        closes_at=now + timedelta(days=4), now=now - timedelta(days=7),
    )  # fmt: skip
    Idea.objects.filter(board=board, made_at__gte=running.opens_at, standing="public").update(storm=running)


def _tell_what_shipped(now: datetime) -> None:
    """Two branches are about to tell of the two best that shipped."""
    branches = list(Branch.objects.open().filter(language="en").order_by("pk")[:2])
    for idea in Idea.objects.filter(state=Idea.State.SHIPPED, standing="public").order_by("-n_for")[:2]:
        prepare_post(
            staff=demo_staff(), idea=idea, branches=branches, texts={"en": suggested_text(idea, "en")},
            destination=suggested_destination(idea), now=now,
        )  # fmt: skip


def _evidence(now: datetime) -> None:
    """What was said elsewhere stands beside the idea that it speaks for."""
    idea = Idea.objects.filter(title="A cooler notebook for the lap").first()
    said = Mention.objects.filter(language="en", is_public=True, text__icontains=HEAT[1]).order_by("pk")[:8]
    Evidence.objects.bulk_create(
        [
            Evidence(idea=idea, kind=Evidence.Kind.MENTION, mention=mention, staff=demo_staff(), at=now)
            for mention in said
            if idea is not None
        ]
    )


def _be_quiet(now: datetime) -> None:
    """What was told by mail in these months is not told anew when the demo opens."""
    make_due(now)
    Digest.objects.filter(sent_at=None).update(sent_at=now)
    Telling.objects.filter(done_at=None).update(done_at=now)
    DutyNotice.objects.filter(mailed_at=None).update(mailed_at=now)
    Letter.objects.filter(sent_at=None, about__startswith="idea").delete()
