"""How this is joined to listening and the inbox: a button on their pages, and hearing when the question went out."""

from livingroom.ideas.origins.consent import hear_answer
from livingroom.ideas.origins.page import of_conversation, of_mention
from livingroom.inbox.answering.signals import answer_sent
from livingroom.inbox.parts import add_part
from livingroom.listening import parts as listening

BUTTON = "ideas/origins/_button.html"


def wire() -> None:
    """Called once, when the house starts."""
    add_part("side", BUTTON, of_conversation, position=15)
    listening.add_part(BUTTON, of_mention)
    answer_sent.connect(hear_answer)
