"""Who may take part, where an idea counts, and how long words may be."""

from datetime import datetime, timedelta

from livingroom.ideas.models import Board, Comment, Idea
from livingroom.ideas.refusals import Refused
from livingroom.people.models import Member

LEAST_TITLE, MOST_TITLE = 6, 150
MOST_TEXT, MOST_COMMENT = 10_000, 5_000
IDEAS_A_DAY, COMMENTS_AN_HOUR = 10, 30


def root_of(idea: Idea) -> Idea:
    """The idea itself, or the one it was merged with, and so on."""
    seen = {idea.pk}
    while idea.standing == Idea.Standing.MERGED and idea.merged_into is not None:
        idea = idea.merged_into
        if idea.pk in seen:
            raise ValueError(f"Idea {idea.pk} was merged with itself.")
        seen.add(idea.pk)
    return idea


def require_member(member: Member, board: Board) -> None:
    """Raises Refused, when the board is closed or not for this member."""
    if member.blocked_at is not None:
        raise Refused("closed_out")
    if board.closed_at is not None:
        raise Refused("board_closed")
    if board.is_twin and member.staff_id is None:
        raise Refused("staff_only")


def clean_title(title: str) -> str:
    found = " ".join(title.replace("\x00", " ").split())
    if len(found) < LEAST_TITLE:
        raise Refused("no_title", least=LEAST_TITLE)
    if len(found) > MOST_TITLE:
        raise Refused("title_too_long", most=MOST_TITLE)
    return found


def clean_text(text: str, most: int = MOST_TEXT) -> str:
    found = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(found) > most:
        raise Refused("text_too_long", most=most)
    return found


def require_few_ideas(member: Member, now: datetime) -> None:
    n = Idea.objects.filter(member=member, made_at__gt=now - timedelta(days=1)).count()
    if n >= IDEAS_A_DAY:
        raise Refused("too_many_ideas", n=n)


def require_few_comments(member: Member, now: datetime) -> None:
    n = Comment.objects.filter(member=member, at__gt=now - timedelta(hours=1)).count()
    if n >= COMMENTS_AN_HOUR:
        raise Refused("too_many_words", n=n)
