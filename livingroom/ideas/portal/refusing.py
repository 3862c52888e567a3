"""Why something cannot be done, in the reader's language."""

from datetime import datetime

from livingroom.ideas.portal.pictures import BadPicture
from livingroom.ideas.portal.tongue import Tongue
from livingroom.ideas.refusals import Refused
from livingroom.people.members import doing
from livingroom.people.members.doing import CannotDo


def add_all() -> None:
    """Let the members' door say our reasons, where a letter is opened for what cannot be done any more."""
    doing.add_teller(lambda problem, language: ours(problem, Tongue(language)))


def words_for(problem: CannotDo, tongue: Tongue) -> str:
    return doing.said_in(problem, tongue.code)


def ours(problem: CannotDo, tongue: Tongue) -> str:
    """The reason as the portal says it; empty when it is no reason of ours."""
    if isinstance(problem, BadPicture):
        given = {
            name: tongue.number(value) if isinstance(value, int) else value
            for name, value in problem.given.items()
        }
        reason = tongue.say(f"picture_{problem.key}", **given)
        return tongue.say("rejected_picture", name=problem.name, reason=reason)
    if not isinstance(problem, Refused) or (key := f"refused_{problem.key}") not in tongue.words:
        return ""
    found = {
        name: tongue.moment(value) if isinstance(value, datetime) else value
        for name, value in problem.given.items()
    }
    return tongue.say(key, **found)
