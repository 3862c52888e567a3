"""Ideas that were merged on the portal they come from are merged here."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from livingroom.ideas.counting import recount
from livingroom.ideas.merging.rooting import count_for, merged_into
from livingroom.ideas.models import Board, Brought, Idea, IdeaMerge
from livingroom.ideas.rules import root_of

REASON = "They were one on the portal they come from."


def join_parts(
    board: Board, source: str, parts: Mapping[int, tuple[str, str]], now: datetime
) -> Iterator[tuple[str, str]]:
    """Merge them; says which could not be, and why. It can be undone like every merge."""
    wanted = {whole for _, whole in parts.values()}
    known = Brought.objects.filter(board=board, source=source, external_id__in=wanted, idea__isnull=False)
    wholes = {row.external_id: row.idea for row in known.select_related("idea")}
    for pk, (external_id, whole) in sorted(parts.items()):
        kept, other = wholes.get(whole), Idea.objects.get(pk=pk)
        if kept is None:
            yield (
                f"number {external_id}",
                f"It is part of number {whole}, which is not in the file; it stands by itself.",
            )
            continue
        root = root_of(Idea.objects.get(pk=kept.pk))
        if other.standing != Idea.Standing.PUBLIC or root.pk == other.pk:
            continue
        IdeaMerge.objects.create(kept=root, other=other, reason=REASON, at=now, staff=None)
        other.standing, other.merged_into, other.standing_because = Idea.Standing.MERGED, root, REASON
        other.save(update_fields=["standing", "merged_into", "standing_because"])
        count_for(root.pk, merged_into(other.pk))
        recount([root.pk, other.pk], now)
