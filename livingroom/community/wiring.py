"""How the room is joined to those below: deeds of visitors, links that stop letters, the finder, what names a customer."""

from livingroom.branches import answered
from livingroom.community import of_people
from livingroom.community.events import attending
from livingroom.community.events import public as events
from livingroom.community.models import Attendance
from livingroom.community.questions import operations
from livingroom.community.questions import public as questions
from livingroom.community.questions.finding import from_questions
from livingroom.people.identities import add_mover
from livingroom.people.members.doing import add_deed
from livingroom.people.members.letters import add_stopper


def wire() -> None:
    """Called once, when the house starts."""
    add_deed(events.RSVP, events.do_rsvp)
    add_deed(questions.ASK, questions.do_ask)
    add_deed(questions.ANSWER, questions.do_answer)
    add_deed(questions.ACCEPT, questions.do_accept)
    add_deed(questions.THANK, questions.do_thank)
    add_deed(questions.FOLLOW, questions.do_follow)
    add_stopper("event", attending.hear_no_more)
    add_stopper("question", operations.unfollow)
    answered.add_source(from_questions)
    add_mover(Attendance)
    of_people.take_part()
