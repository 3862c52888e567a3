"""The code lottery: chance decides which visitors get a code, once for each, and every draw is written down."""

from datetime import datetime

from django.db import IntegrityError, transaction

from livingroom.links.models import Link, Lottery, LotteryDraw


def open_lottery(*, key: str, seed: int, share: float, starts_at: datetime, ends_at: datetime) -> Lottery:
    """Make the lottery of this key; one that is there already stays as it is."""
    facts = {"seed": seed, "share": share, "starts_at": starts_at, "ends_at": ends_at}
    return Lottery.objects.get_or_create(key=key, defaults=facts)[0]


def close_lottery(*, key: str, now: datetime) -> None:
    """End it early: from now on everybody gets a code."""
    Lottery.objects.filter(key=key, ends_at__gt=now).update(ends_at=now)


def enter_lottery(*, link: Link, lottery_key: str) -> None:
    """Put a link into a lottery, or with an empty key take it out of the one it is in."""
    lottery = Lottery.objects.filter(key=lottery_key).first() if lottery_key else None
    if link.lottery_id != (lottery.pk if lottery else None):
        link.lottery = lottery
        link.save(update_fields=["lottery", "updated_at"])


def draw(*, link: Link, visitor: str, now: datetime) -> LotteryDraw | None:
    """Draw for a visitor, or tell what they drew before. None: no lottery runs on this link."""
    from livingroom.measure.design.codes import wins  # numpy: not needed to show any other page

    lottery = link.lottery
    if lottery is None or not lottery.runs_at(now):
        return None
    earlier = LotteryDraw.objects.filter(lottery=lottery, visitor=visitor).first()
    if earlier is not None:
        return earlier
    won = wins(lottery.seed, visitor, lottery.share)
    try:
        with transaction.atomic():
            return LotteryDraw.objects.create(lottery=lottery, link=link, visitor=visitor, won=won, at=now)
    except IntegrityError:  # the same visitor twice at once, and the other was first
        return LotteryDraw.objects.get(lottery=lottery, visitor=visitor)
