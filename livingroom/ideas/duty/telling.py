"""All who voted for an idea, or follow it, are told what becomes of it: in their language, in parts, each thing once.

`tell_followers` only notes that there is something to tell; `go_on` tells the next part and remembers where it stopped in the
same transaction, so that a hundred thousand voters keep nobody waiting and a crash tells nobody twice.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from livingroom.ideas.duty.wording import news_of_idea, news_of_storm
from livingroom.ideas.models import Answer, Comment, Follow, Idea, Storm, Telling, Vote
from livingroom.people.members.letters import News, write_letters
from livingroom.people.models import Member

AT_ONCE = 500
Part = Telling.Part


def tell_followers(idea: Idea, what: str, now: datetime, *, answer: Answer | None = None) -> Telling:
    """Note that all who voted for an idea or follow it are to be told."""
    return Telling.objects.create(what=what, idea=idea, answer=answer, at=now)


def tell_participants(storm: Storm, now: datetime) -> Telling:
    """Note that all who took part in a storm session are to be told its summary."""
    return Telling.objects.create(what=Telling.What.SUMMED_UP, storm=storm, at=now)


def go_on(now: datetime, *, parts: int = 20) -> int:
    """Tell the next parts of what waits, the oldest first. Returns how many members were told."""
    n = 0
    for _ in range(parts):
        number = Telling.objects.filter(done_at=None).values_list("pk", flat=True).first()
        if number is None:
            break
        n += _tell_part(number, now)
    return n


def stop_following(member: Member, what: str, now: datetime) -> None:
    """The link in a letter: no more of this idea. Who only voted gets a follow that is over, so that it holds for them, too."""
    idea = Idea.objects.filter(pk=int(what)).first() if what.isdecimal() else None
    if idea is None:
        return
    root = idea.merged_into or idea
    Follow.objects.filter(member=member, root=root, ended_at=None).update(ended_at=now)
    Follow.objects.get_or_create(
        idea=root, member=member, defaults={"root": root, "at": now, "ended_at": now}
    )


def stop_storm(member: Member, what: str, now: datetime) -> None:
    """A storm session is summed up once: there is nothing more to stop."""


def _tell_part(number: int, now: datetime) -> int:
    with transaction.atomic():
        telling = Telling.objects.select_for_update(of=("self",)).get(pk=number)
        if telling.done_at is not None:
            return 0
        members, last = _next_members(telling)
        n = write_letters(_news(telling, members), now)
        telling.n_told += n
        telling.told_up_to = last
        if last == 0:
            telling.part = _part_after(telling)
            telling.done_at = now if telling.part == Part.DONE else None
        telling.save(update_fields=["n_told", "told_up_to", "part", "done_at"])
    return n


def _part_after(telling: Telling) -> str:
    return Part.FOLLOWERS if telling.part == Part.VOTERS and telling.idea_id else Part.DONE


def _next_members(telling: Telling) -> tuple[list[Member], int]:
    """Who comes next, and where to go on after them; 0 when this part is over."""
    if telling.idea_id is None:
        return _participants(telling)
    if telling.part == Part.VOTERS:
        rows = Vote.objects.filter(root=telling.idea_id, stands=True, member__gt=telling.told_up_to)
        found = [
            (member, member) for member in rows.order_by("member").values_list("member", flat=True)[:AT_ONCE]
        ]
    else:
        follows = Follow.objects.filter(root=telling.idea_id, ended_at=None, pk__gt=telling.told_up_to)
        found = list(follows.order_by("pk").values_list("pk", "member")[:AT_ONCE])
    people = {member for _, member in found}
    gone = set(
        Follow.objects.filter(root=telling.idea_id, member__in=people)
        .exclude(ended_at=None)
        .values_list("member", flat=True)
    ) - set(
        Follow.objects.filter(root=telling.idea_id, member__in=people, ended_at=None).values_list(
            "member", flat=True
        )
    )
    members = list(Member.objects.filter(pk__in=people - gone))
    return members, found[-1][0] if len(found) == AT_ONCE else 0


def _participants(telling: Telling) -> tuple[list[Member], int]:
    """Who proposed, voted or spoke in a storm session."""
    proposed = Idea.objects.filter(storm=telling.storm_id).exclude(member=None).values("member")
    voted = Vote.objects.filter(idea__storm=telling.storm_id).values("member")
    spoke = Comment.objects.filter(idea__storm=telling.storm_id).exclude(member=None).values("member")
    rows = Member.objects.filter(
        Q(pk__in=proposed) | Q(pk__in=voted) | Q(pk__in=spoke), pk__gt=telling.told_up_to
    )
    members = list(rows.order_by("pk")[:AT_ONCE])
    return members, members[-1].pk if len(members) == AT_ONCE else 0


def _news(telling: Telling, members: Sequence[Member]) -> list[News]:
    if not members:
        return []
    if telling.storm is not None:
        return [news_of_storm(telling, member) for member in members]
    return news_of_idea(telling, members)
