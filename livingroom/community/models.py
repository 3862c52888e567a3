"""The tables of the community room, by what they are about."""

from livingroom.community.events.models import (
    Attendance,
    CameOfIt,
    Event,
    EventPost,
    Rsvp,
    Venue,
    VenueDelivery,
)
from livingroom.community.groups.models import Group, GroupFollow
from livingroom.community.questions.models import (
    AnswerThanks,
    Question,
    QuestionAnswer,
    QuestionCustom,
    QuestionFollow,
)

__all__ = [
    "AnswerThanks",
    "Attendance",
    "CameOfIt",
    "Event",
    "EventPost",
    "Group",
    "GroupFollow",
    "Question",
    "QuestionAnswer",
    "QuestionCustom",
    "QuestionFollow",
    "Rsvp",
    "Venue",
    "VenueDelivery",
]
