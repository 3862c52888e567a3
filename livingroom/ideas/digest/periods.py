"""Which days a digest tells of: whole weeks from Monday to Monday by UTC; every two weeks, the even ones since 1970."""

from datetime import UTC, date, datetime, time, timedelta

from livingroom.ideas.models import Board

A_WEEK = timedelta(days=7)
_FIRST_MONDAY = date(1970, 1, 5)


def last_period(every: str, now: datetime) -> tuple[date, date]:
    """The last period that is over: its first day, and the day after its last."""
    today = now.astimezone(UTC).date()
    monday = today - timedelta(days=today.weekday())
    if every != Board.Digest.FORTNIGHTLY:
        return monday - A_WEEK, monday
    n_weeks = (monday - _FIRST_MONDAY).days // 7
    end = monday - A_WEEK * (n_weeks % 2)
    return end - 2 * A_WEEK, end


def midnight(on: date) -> datetime:
    return datetime.combine(on, time(), UTC)
