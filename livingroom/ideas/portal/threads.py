"""What is said under an idea, as a tree: also what was said under ideas that were merged into it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from livingroom.ideas.models import Comment, CommentThanks, Idea
from livingroom.ideas.portal.who import Reader

MOST = 2000
FIRST_SHOWN = 40
DEEPEST = 5  # deeper answers stand beside the ones they answer


@dataclass
class Said:
    """One comment ready to print, with what was answered to it."""

    comment: Comment
    author: str
    is_ours: bool
    is_idea_author: bool
    is_mine: bool
    is_held: bool
    is_gone: bool
    gone_because: str
    thanked: bool
    came_from: str
    replies: list["Said"] = field(default_factory=list)


def threads_of(idea: Idea, reader: Reader, *, everything: bool = False) -> tuple[list[Said], int]:
    """The threads, the oldest first, and how many of them are left out."""
    rows = list(_visible(idea, reader))
    thanked = _thanked(rows, reader)
    below: dict[int | None, list[Comment]] = defaultdict(list)
    here = {row.pk for row in rows}
    for row in rows:
        below[row.parent_id if row.parent_id in here else None].append(row)
    # What was hidden or withdrawn keeps its place only while somebody answered to it, or a reason must be read.
    tops = [said for row in below[None] if (said := _branch(row, idea, reader, below, thanked, 1))]
    shown = tops if everything else tops[:FIRST_SHOWN]
    return shown, len(tops) - len(shown)


def _visible(idea: Idea, reader: Reader) -> Iterable[Comment]:
    mine = Q(standing=Comment.Standing.HELD, member=reader.member) if reader.member else Q(pk=None)
    seen = ~Q(standing=Comment.Standing.HELD) | mine
    return (
        Comment.objects.filter(seen, root=idea)
        .select_related("member", "staff", "idea")
        .order_by("at", "pk")[:MOST]
    )


def _branch(
    row: Comment,
    idea: Idea,
    reader: Reader,
    below: dict[int | None, list[Comment]],
    thanked: set[int],
    depth: int,
) -> Said | None:
    said = _said(row, idea, reader, thanked)
    for answer in below[row.pk]:
        branch = _branch(answer, idea, reader, below, thanked, depth + 1)
        if branch is None:
            continue
        said.replies.append(branch)
        if depth >= DEEPEST:
            said.replies.extend(branch.replies)
            branch.replies = []
    is_empty = said.is_gone and not said.gone_because and not said.replies
    return None if is_empty else said


def _said(row: Comment, idea: Idea, reader: Reader, thanked: set[int]) -> Said:
    is_hidden = row.standing == Comment.Standing.HIDDEN
    return Said(
        comment=row,
        author=row.staff.name if row.staff else row.credited_name or (row.member.name if row.member else "–"),
        is_ours=row.staff_id is not None,
        is_idea_author=row.member_id is not None and row.member_id == idea.member_id,
        is_mine=reader.member is not None and row.member_id == reader.member.pk,
        is_held=row.standing == Comment.Standing.HELD,
        is_gone=is_hidden or row.standing == Comment.Standing.WITHDRAWN,
        gone_because=row.standing_because if is_hidden else "",
        thanked=row.pk in thanked,
        came_from=row.idea.title if row.idea_id != idea.pk else "",
    )


def _thanked(rows: list[Comment], reader: Reader) -> set[int]:
    if reader.member is None:
        return set()
    mine = CommentThanks.objects.filter(member=reader.member, comment__in=[row.pk for row in rows])
    return set(mine.values_list("comment", flat=True))
