"""Votes that look as if they were cast together: signals, groups for a person to review, and what is held meanwhile."""

from livingroom.measure.ballots.finding import Found, find_groups
from livingroom.measure.ballots.judging import HOLD_FROM, Evidence, Group
from livingroom.measure.ballots.votes import Views, Votes

__all__ = ["HOLD_FROM", "Evidence", "Found", "Group", "Views", "Votes", "find_groups"]
