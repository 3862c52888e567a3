"""The demo's ideas: enough of them, in their languages, and a ring among their voters that the house finds by itself."""

import numpy as np
import pytest

from livingroom.ideas.models import Answer, Board, Category, Comment, Idea, Vote
from livingroom.measure.ballots import Votes, find_groups
from livingroom.people.models import Member
from livingroom.world.loading.portal import casting, members
from livingroom.world.loading.portal.answering import write_duty
from livingroom.world.loading.portal.building import PLAN
from livingroom.world.loading.portal.cheating import cheats
from livingroom.world.loading.portal.speaking import write_comments
from livingroom.world.loading.portal.told import ideas, words
from livingroom.world.portal.plan import Plan
from livingroom.world.portal.visiting import simulate
from tests.ideas.cast import NOON, board, manager

SMALL = Plan(n_days=40, ideas_per_day=2, visits_per_day=60, n_members=400)


def test_every_wish_stands_once_and_the_two_about_trial_programs_are_among_them():
    titles = [one.title for one in ideas(PLAN.n_ideas, np.random.default_rng(1))]

    assert len(set(titles)) == PLAN.n_ideas == 300
    for kept, other, _ in words()["merges"][:1]:
        assert {kept, other} <= set(titles)
    assert all(f"{{{name}}}" not in title for title in titles for name in ("product", "colour"))


def test_its_rings_are_found_and_its_readers_explained_or_asked_about():
    history = simulate(PLAN, 2007)
    extras = cheats(history, 2007)

    found = find_groups(Votes.together(history.votes, *(extra.votes for extra in extras)))

    held = {group.idea for group in found.groups if group.is_held}
    assert {int(extra.votes.idea[0]) for extra in extras} <= held
    assert found.is_held[: len(history.votes)].mean() < 0.01


@pytest.mark.django_db
def test_counters_answers_and_words_come_from_the_votes():
    random, history = np.random.default_rng(2), simulate(SMALL, 5)
    on = board(answer_line=10, made_at=NOON)
    boss = manager()
    Category.objects.bulk_create(
        [Category(board=on, slug=key, name=name, partner=boss) for key, name in words()["categories"].items()]
    )
    offset = int(NOON.timestamp()) * 1_000_000 - SMALL.end

    told = casting.match_wishes(ideas(SMALL.n_ideas, random), history, random)
    people = members.write_members(history.votes, offset, random, NOON)
    rows = casting.write_ideas(on, told, history, history.votes, people, offset)
    n = casting.write_votes(history.votes, rows, people, offset, random)
    casting.count_all(Board.objects.get(pk=on.pk), NOON)
    n_answers = write_duty(Board.objects.get(pk=on.pk), random, NOON)
    n_words = write_comments(list(Idea.objects.all()), [boss], random, NOON)

    assert Idea.objects.count() == 80
    assert n == len(history.votes) >= Vote.objects.count()
    assert Member.objects.count() == len(np.unique(history.votes.member))
    cast = np.bincount(history.votes.idea, minlength=80)
    assert [Idea.objects.get(pk=row).n_for for row in rows] == cast.tolist()
    assert n_answers == Answer.objects.count() > 3
    assert not Answer.objects.filter(reason="").exists()
    assert Idea.objects.filter(n_for__gte=10, owner=boss, due_at__isnull=False).count() == (cast >= 10).sum()
    assert n_words == Comment.objects.count() > 10
