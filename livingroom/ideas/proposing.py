"""Ideas come in: looked at by the judge of words, held for a person where it doubts, else public with their author's vote."""

from datetime import datetime

from django.db import transaction

from livingroom.ideas.counting import lock_idea, recount
from livingroom.ideas.following import follow
from livingroom.ideas.likeness.operations import note_meaning
from livingroom.ideas.models import Board, Category, Comment, ConsentAsk, Idea, Storm, Vote
from livingroom.ideas.refusals import Refused
from livingroom.ideas.rules import clean_text, clean_title, require_few_ideas, require_member
from livingroom.ideas.signals import held, idea_published, idea_withdrawn
from livingroom.ideas.spam import look_at
from livingroom.ideas.voting import cast
from livingroom.people.models import Member
from livingroom.shared.events import record_event

Standing = Idea.Standing
A_PERSON_LOOKS = "On this board a person looks at each new idea first."


def propose(
    *,
    member: Member | None,
    board: Board,
    title: str,
    text: str,
    category: Category | None = None,
    language: str | None = None,
    storm: Storm | None = None,
    now: datetime,
    credited_name: str = "",
    credited_url: str = "",
    standing: str | None = None,
    country: str = "",
) -> Idea:
    """Keep an idea, and publish it unless somebody must look first; the same words again are the same idea. Raises Refused.

    `standing` is given by those who bring ideas in for others: then nothing is judged, and only PUBLIC publishes.
    """
    title, text = clean_title(title), clean_text(text)
    _require_place(board, category, storm, now)
    looked = look_at(f"{title}\n{text}", member.language if member else "")
    with transaction.atomic():
        if member is not None:
            # One at a time of each author, so that a form sent twice is one idea.
            Member.objects.select_for_update(no_key=True, of=("self",)).get(pk=member.pk)
            require_member(member, board)
            if again := _same(member, board, title, text):
                return again
            require_few_ideas(member, now)
        because = "" if standing else looked.doubt or (A_PERSON_LOOKS if board.looks_first else "")
        wanted = standing or (Standing.HELD if because else Standing.PUBLIC)
        idea = Idea.objects.create(
            board=board, category=category, storm=storm, member=member, credited_name=credited_name.strip()[:80],
            credited_url=credited_url[:1000], title=title, text=text, language=(language or looked.language)[:8],
            country=country or (member.country if member else ""), standing_because=because[:500],
            standing=Standing.HELD if wanted == Standing.PUBLIC else wanted, made_at=now, state_at=now,
        )  # fmt: skip
        note_meaning(idea)
        record_event(actor=actor_of(member), verb="proposed", subject=idea, now=now, title=title)
        if wanted == Standing.PUBLIC:
            return publish(idea, now)
        if wanted == Standing.HELD:
            held.send(Idea, idea=idea, comment=None, now=now)
    return idea


def publish(idea: Idea, now: datetime) -> Idea:
    """Let an idea stand in the lists, with its author's vote and following. One that stands there already is left alone."""
    with transaction.atomic():
        locked = lock_idea(idea.pk)
        if locked.standing == Standing.PUBLIC:
            return locked
        if ConsentAsk.objects.filter(idea=locked).exclude(agreed=True).exists():
            raise Refused("not_public")  # who said it has not agreed to it, whoever wants to give it back
        locked.standing, locked.standing_because = Standing.PUBLIC, ""
        locked.public_at = locked.public_at or now
        locked.save(update_fields=["standing", "standing_because", "public_at"])
        recount([locked.pk], now)
        if locked.member is not None:
            _stand_behind(locked, locked.member, now)
        locked.refresh_from_db()
        idea_published.send(Idea, idea=locked, now=now)
        return locked


def edit_idea(*, member: Member, idea: Idea, title: str, text: str, now: datetime) -> Idea:
    """Change the words of one's own idea, while nobody else stands behind them. Raises Refused."""
    title, text = clean_title(title), clean_text(text)
    looked = look_at(f"{title}\n{text}", member.language)
    with transaction.atomic():
        locked = lock_idea(idea.pk)
        _require_own(member, locked)
        if (locked.title, locked.text) == (title, text):
            return locked
        record_event(
            actor=actor_of(member), verb="edited", subject=locked, now=now, before=[locked.title, locked.text]
        )
        locked.title, locked.text, locked.edited_at = title, text, now
        if looked.doubt and locked.standing == Standing.PUBLIC:
            locked.standing, locked.standing_because = Standing.HELD, looked.doubt[:500]
        locked.save(update_fields=["title", "text", "edited_at", "standing", "standing_because"])
        note_meaning(locked)
        if looked.doubt:
            held.send(Idea, idea=locked, comment=None, now=now)
    return locked


def withdraw_idea(*, member: Member, idea: Idea, now: datetime) -> Idea:
    """Take one's own idea back, while nobody else stands behind it. Raises Refused."""
    with transaction.atomic():
        locked = lock_idea(idea.pk)
        if locked.standing == Standing.WITHDRAWN and locked.member_id == member.pk:
            return locked
        _require_own(member, locked)
        locked.standing, locked.standing_because = Standing.WITHDRAWN, ""
        locked.save(update_fields=["standing", "standing_because"])
        record_event(actor=actor_of(member), verb="withdrew", subject=locked, now=now)
        idea_withdrawn.send(Idea, idea=locked, now=now)
    return locked


def actor_of(member: Member | None) -> str:
    """The event log outlives members, so it names them by number."""
    return f"member {member.pk}" if member else "the house"


def _require_place(board: Board, category: Category | None, storm: Storm | None, now: datetime) -> None:
    if board.closed_at is not None:
        raise Refused("board_closed")
    if category is not None and category.board_id != board.pk:
        raise Refused("no_such_category")
    if storm is not None and (storm.board_id != board.pk or not storm.opens_at <= now < storm.closes_at):
        opens, closes = (f"{at:%Y-%m-%d %H:%M} UTC" for at in (storm.opens_at, storm.closes_at))
        raise Refused("storm_is_over", opens=opens, closes=closes)


def _same(member: Member, board: Board, title: str, text: str) -> Idea | None:
    gone = (Standing.WITHDRAWN, Standing.REMOVED)
    same = Idea.objects.filter(member=member, board=board, title=title, text=text)
    return same.exclude(standing__in=gone).order_by("-pk").first()


def _stand_behind(idea: Idea, member: Member, now: datetime) -> None:
    follow(member=member, idea=idea, now=now)
    try:
        cast(member=member, idea=idea, now=now)
    except Refused:
        # Whoever has no vote left may still propose; and one who was closed out meanwhile has none.
        return


def _require_own(member: Member, idea: Idea) -> None:
    if idea.member_id != member.pk:
        raise Refused("not_yours")
    if idea.standing not in (Standing.PUBLIC, Standing.HELD) or idea.state not in Idea.OPEN:
        raise Refused("not_public")
    others = set(Vote.objects.filter(root=idea).exclude(member=member).values_list("member", flat=True))
    others |= set(Comment.objects.filter(root=idea).exclude(member=member).values_list("member", flat=True))
    if others:
        raise Refused("others_joined", n=len(others))
