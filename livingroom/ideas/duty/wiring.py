"""What the answer duty hears and offers, hooked up once when the house starts."""

from datetime import datetime

from livingroom.ideas.models import Idea


def wire() -> None:
    from livingroom.ideas.duty.telling import stop_following, stop_storm
    from livingroom.ideas.signals import idea_published
    from livingroom.people.members.letters import add_stopper

    add_stopper("idea", stop_following)
    add_stopper("storm", stop_storm)
    idea_published.connect(on_published, dispatch_uid="the answer duty")


def on_published(sender: object, *, idea: Idea, now: datetime, **rest: object) -> None:
    """What was declined before and comes again is shown to who declined it."""
    from livingroom.ideas.duty.noticing import note_return

    if idea.returns_to_id is not None:
        note_return(idea, now)
