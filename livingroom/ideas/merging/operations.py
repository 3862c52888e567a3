"""Two ideas were found to be one, or two after all. A person decides, with a reason that everybody can read."""

from datetime import datetime

from django.db import transaction

from livingroom.ideas.counting import recount
from livingroom.ideas.merging.rooting import count_for, merged_into
from livingroom.ideas.merging.words import words_in
from livingroom.ideas.models import Idea, IdeaMerge, NotTheSame, PublicLogEntry, Vote
from livingroom.ideas.rules import root_of
from livingroom.ideas.same_person import settle as settle_people
from livingroom.ideas.signals import ideas_merged, ideas_unmerged
from livingroom.people.members.letters import News, write_letters
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event

SHORTEST_REASON = 10
_STANDING = (Idea.Standing.PUBLIC, Idea.Standing.ARCHIVED)


class CannotMerge(ValueError):
    """The words say why; `field` is where it can be mended."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


def merge(*, staff: Staff, kept: Idea, other: Idea, reason: str, now: datetime) -> IdeaMerge:
    """Let `other` be part of `kept`: each person's vote counts once, words and followers are shown there. It can be undone.

    Where `kept` is part of another itself, that one is kept. Raises PermissionDenied, CannotMerge.
    """
    require(staff, "answer_ideas")
    _require_reason(reason)
    with transaction.atomic():
        kept, other = _locked(root_of(_fresh(kept)), _fresh(other))
        _require_two(kept, other)
        row = IdeaMerge.objects.create(
            kept=kept, other=other, reason=reason.strip(), standing_before=other.standing, at=now, staff=staff
        )
        other.standing, other.merged_into = Idea.Standing.MERGED, kept
        other.standing_because = reason.strip()[:500]
        other.save(update_fields=["standing", "merged_into", "standing_because"])
        count_for(kept.pk, merged_into(other.pk))
        settle_people([kept.pk, other.pk], now)
        recount([kept.pk, other.pk], now)
        _log(PublicLogEntry.What.MERGED, row, reason, now)
        record_event(actor=staff, verb="merged", subject=other, now=now, into=kept.pk, reason=reason.strip())
        _tell_author(row, "merged", reason, now)
        ideas_merged.send(IdeaMerge, merge=row, now=now)
    return row


def unmerge(*, staff: Staff, merge: IdeaMerge, reason: str = "", now: datetime) -> None:
    """Undo a merge: everything stands where it stood before, and what was said or voted meanwhile stays where it came in.

    Raises PermissionDenied, CannotMerge.
    """
    require(staff, "answer_ideas")
    why = reason.strip() or "They ask for two things after all."
    with transaction.atomic():
        other, _ = _locked(_fresh(merge.other), root_of(_fresh(merge.kept)))
        row = IdeaMerge.objects.select_for_update().get(pk=merge.pk)
        if row.undone_at is not None:
            raise CannotMerge("This merge was undone already.")
        row.undone_at, row.undone_by = now, staff
        row.save(update_fields=["undone_at", "undone_by"])
        root = root_of(other)
        other.standing, other.merged_into, other.standing_because = row.standing_before, None, ""
        other.save(update_fields=["standing", "merged_into", "standing_because"])
        count_for(other.pk, merged_into(other.pk))
        settle_people([root.pk, other.pk], now)
        recount([root.pk, other.pk], now)
        _log(PublicLogEntry.What.UNMERGED, row, why, now)
        record_event(actor=staff, verb="unmerged", subject=other, now=now, out_of=row.kept_id, reason=why)
        _tell_author(row, "unmerged", why, now)
        ideas_unmerged.send(IdeaMerge, merge=row, now=now)
    merge.refresh_from_db()


def not_the_same(*, staff: Staff, one: Idea, other: Idea, now: datetime) -> None:
    """Two ideas that are alike are two: they are not proposed for merging again. Raises PermissionDenied."""
    require(staff, "answer_ideas")
    older, newer = sorted((one, other), key=lambda idea: idea.pk)
    _, is_new = NotTheSame.objects.get_or_create(one=older, other=newer, defaults={"staff": staff, "at": now})
    if is_new:
        record_event(actor=staff, verb="told apart", subject=newer, now=now, other=older.pk)


def _locked(one: Idea, two: Idea) -> tuple[Idea, Idea]:
    """Both, in the order of their numbers, so that two merges at once do not wait for each other."""
    rows = Idea.objects.select_for_update(no_key=True, of=("self",)).defer("vector").order_by("pk")
    found = {idea.pk: idea for idea in rows.filter(pk__in=[one.pk, two.pk])}
    return found[one.pk], found[two.pk]


def _fresh(idea: Idea) -> Idea:
    return Idea.objects.defer("vector").get(pk=idea.pk)


def _require_reason(reason: str) -> None:
    if len(reason.strip()) < SHORTEST_REASON:
        raise CannotMerge("Say in a sentence why they are one: the authors and everybody read it.", "reason")


def _require_two(kept: Idea, other: Idea) -> None:
    if other.standing == Idea.Standing.MERGED:
        raise CannotMerge(f"“{other}” was merged already; undo that first.", "other")
    if kept.pk == other.pk:
        raise CannotMerge("This is one idea already.", "kept")
    if kept.board_id != other.board_id:
        raise CannotMerge("They are on two boards. Merge ideas of one board.", "kept")
    for idea in (kept, other):
        if idea.standing not in _STANDING:
            raise CannotMerge(f"“{idea}” is not public: {idea.get_standing_display().lower()}.", "kept")


def _log(what: PublicLogEntry.What, row: IdeaMerge, reason: str, now: datetime) -> None:
    n = Vote.objects.filter(idea=row.other_id, withdrawn_at=None).count()
    PublicLogEntry.objects.create(
        board=row.other.board, what=what, idea=row.other, n=n, reason=reason.strip(), at=now
    )


def _tell_author(row: IdeaMerge, what: str, reason: str, now: datetime) -> None:
    from livingroom.ideas.portal.addresses import absolute, idea_path

    other = row.other
    if other.member is None:
        return
    shown = row.kept if what == "merged" else other
    words = words_in(other.member.language)
    given = {"idea": other.title, "kept": row.kept.title, "reason": reason.strip()}
    news = News(
        member_id=other.member.pk, key=f"{what} {row.pk}", about=f"idea {shown.pk}",
        subject=words[f"{what}_subject"].format(**given), text=words[f"{what}_text"].format(**given),
        url=absolute(idea_path(shown)),
    )  # fmt: skip
    write_letters([news], now)
