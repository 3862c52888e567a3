"""How the room is joined to those below: deeds of visitors, links that stop letters, the finder, what names a customer."""

from livingroom.branches import answered
from livingroom.community import of_people
from livingroom.community.events import attending, keeping
from livingroom.community.events import public as events
from livingroom.community.groups import hearing
from livingroom.community.groups import public as groups
from livingroom.community.groups.segments import follow_version
from livingroom.community.models import Attendance, Event, Group, Question
from livingroom.community.questions import operations
from livingroom.community.questions import public as questions
from livingroom.community.questions.finding import from_questions
from livingroom.community.words import names_of
from livingroom.people.identities import add_mover
from livingroom.people.members.doing import add_deed
from livingroom.people.members.letters import add_stopper
from livingroom.segments.signals import version_made
from livingroom.segments.users import add_page
from livingroom.shared.street import add_room


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
    add_stopper("group", hearing.unfollow)
    add_deed(groups.FOLLOW, groups.do_follow)
    version_made.connect(follow_version)
    add_page("group", "community_group")
    answered.add_source(from_questions)
    add_mover(Attendance)
    of_people.take_part()
    keeping.add_all()
    add_room("questions", names_of("questions"), position=20, rows=Question.objects.public)
    add_room("events", names_of("events"), position=50, rows=Event.objects.public)
    add_room("groups", names_of("groups"), position=60, rows=Group.objects.public)
