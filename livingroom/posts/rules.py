"""What the desk obeys, read once for a page or a delivery of many placements."""

from dataclasses import dataclass
from datetime import datetime

from livingroom.posts.media.models import DeskRules
from livingroom.posts.pausing.models import Pause
from livingroom.posts.pausing.queries import pauses_to_come


@dataclass(frozen=True)
class Rules:
    """The stops that hold, and what the brand wants of every post."""

    now: datetime
    pauses: list[Pause]
    desk: DeskRules


def read_rules(now: datetime) -> Rules:
    return Rules(now, pauses_to_come(now), DeskRules.current())
