"""Why something cannot be done, in the reader's language."""

from datetime import datetime

from livingroom.ideas.portal.tongue import Tongue
from livingroom.ideas.refusals import Refused
from livingroom.people.members.doing import CannotDo


def words_for(problem: CannotDo, tongue: Tongue) -> str:
    """The reason as the portal says it; as it came, where a room of ours said it in words of its own."""
    if not isinstance(problem, Refused) or (key := f"refused_{problem.key}") not in tongue.words:
        return str(problem)
    given = {
        name: tongue.moment(value) if isinstance(value, datetime) else value
        for name, value in problem.given.items()
    }
    return tongue.say(key, **given)
