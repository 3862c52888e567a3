"""Words under ideas, in their language; a few of ours among them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from livingroom.ideas.models import Comment, Idea, Vote
from livingroom.people.models import Staff
from livingroom.world.loading.portal.told import words

VOTES_A_COMMENT = 14
MOST = 24


def write_comments(
    ideas: Sequence[Idea], staff: Sequence[Staff], random: np.random.Generator, now: datetime
) -> int:
    """Let some who voted say something then; one in five answers to the one before."""
    said: list[Comment] = []
    voters = _voters(ideas)
    for idea in ideas:
        said += _under(idea, voters.get(idea.pk, []), staff, random, now)
    heads = [one for one in said if one.parent is None]
    Comment.objects.bulk_create(heads, batch_size=200)
    replies = [one for one in said if one.parent is not None]
    for one in replies:
        one.parent_id = one.parent.pk if one.parent else None
    Comment.objects.bulk_create(replies, batch_size=200)
    return len(said)


def _voters(ideas: Sequence[Idea]) -> dict[int, list[tuple[int, datetime]]]:
    found: dict[int, list[tuple[int, datetime]]] = {}
    rows = Vote.objects.filter(idea__in=[idea.pk for idea in ideas], withheld_at=None).order_by("at")
    for idea, member, at in rows.values_list("idea", "member", "at"):
        found.setdefault(idea, []).append((member, at))
    return found


def _under(
    idea: Idea,
    voters: list[tuple[int, datetime]],
    staff: Sequence[Staff],
    random: np.random.Generator,
    now: datetime,
) -> list[Comment]:
    some = words()["comments"][idea.language]
    n = min(int(random.poisson(len(voters) / VOTES_A_COMMENT)), MOST, len(some), len(voters))
    speakers = sorted(random.choice(len(voters), n, replace=False).tolist()) if n else []
    found: list[Comment] = []
    for place, text in zip(speakers, random.permutation(len(some))[:n].tolist(), strict=True):
        member, at = voters[place]
        heads = [one for one in found if one.parent is None]
        parent = heads[-1] if heads and random.random() < 0.2 else None
        at = min(at + timedelta(minutes=float(random.exponential(20))), now)
        found.append(
            Comment(idea_id=idea.pk, root_id=idea.pk, member_id=member, parent=parent, text=some[text], at=at)
        )
    if len(found) > 3 and random.random() < 0.3:
        asked = words()["staff_comments"]
        one = staff[int(random.integers(0, len(staff)))]
        text, at = asked[int(random.integers(0, len(asked)))], found[2].at + timedelta(hours=3)
        found.append(Comment(idea_id=idea.pk, root_id=idea.pk, staff=one, text=text, at=min(at, now)))
    return found
