"""What happens around a group: what its branches posted, what came back in public, its ideas, events and questions."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from livingroom.community.events.models import Event
from livingroom.community.groups.models import Group
from livingroom.community.groups.segments import most_wanted
from livingroom.community.questions.listing import Row, page_of
from livingroom.ideas.models import Idea
from livingroom.listening.models import Mention
from livingroom.networks.reactions.keeping import names_of
from livingroom.networks.reactions.models import OptOut
from livingroom.posts.models import Placement

POSTS, SAID, IDEAS, QUESTIONS, EVENTS = 10, 6, 10, 8, 5


@dataclass(frozen=True)
class Around:
    placements: list[Placement]
    said: list[Mention]
    ideas: list[Idea]
    is_wanted: bool  # the ideas are what its segment wants most
    questions: list[Row]
    to_come: list[Event]


def around(group: Group, now: datetime) -> Around:
    wanted = most_wanted(group, now, IDEAS)
    return Around(
        placements=posted(group),
        said=said_back(group),
        ideas=wanted or ideas_of(group),
        is_wanted=bool(wanted),
        questions=page_of("all", group=group).rows[:QUESTIONS],
        to_come=list(
            Event.objects.to_come(now).filter(groups=group).select_related("venue", "host")[:EVENTS]
        ),
    )


def posted(group: Group, n: int = POSTS) -> list[Placement]:
    """What its branches said last, delivered and still theirs."""
    rows = Placement.objects.filter(branch__in=group.branches.open(), state=Placement.State.SENT)
    return list(rows.exclude(sent_at=None).select_related("branch", "post", "link").order_by("-sent_at")[:n])


def said_back(group: Group, n: int = SAID) -> list[Mention]:
    """What others said to its branches in public: judged good, not complained about, of nobody who asked to be left out."""
    rows = Mention.objects.filter(
        branch__in=group.branches.open(), is_public=True, gone_at=None, verdict=Mention.Verdict.GOOD,
        kind__in=[Mention.Kind.REPLY, Mention.Kind.COMMENT, Mention.Kind.QUOTE, Mention.Kind.MENTION],
    ).exclude(text="")  # fmt: skip
    found = list(rows.select_related("branch").order_by("-at", "-pk")[: n * 2])
    names = {name for row in found for name in names_of(row.author_id, row.author_handle, row.url)}
    out = set(OptOut.objects.filter(who__in=names).values_list("who", flat=True)) if names else set()
    kept = [row for row in found if not out & set(names_of(row.author_id, row.author_handle, row.url))]
    return kept[:n]


def ideas_of(group: Group, n: int = IDEAS) -> list[Idea]:
    """Its categories' and storms' ideas, and those that use its words; what many want now comes first."""
    belongs = Q(category__in=group.categories.all()) | Q(storm__in=group.storms.all())
    words = [Q(title__icontains=word) for word in group.interests if len(word) > 2]
    rows = Idea.objects.public().filter(reduce(or_, words, belongs), board__is_twin=False)
    return list(rows.select_related("board").distinct().order_by("-now_score", "-pk")[:n])
