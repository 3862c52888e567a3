"""Why something cannot be done, for the person who wanted it: a key that pages translate, and the words in English."""

from typing import Any

from livingroom.people.members.doing import CannotDo

WORDS = {
    "closed_out": "This address was closed here. Write to us when that is wrong.",
    "board_closed": "This board is closed; you can still read it.",
    "staff_only": "This board is for employees only.",
    "no_title": "Say in a few words what you propose: {least} letters at least.",
    "title_too_long": "The title is too long: {most} letters at most. The text below it has room for more.",
    "text_too_long": "The text is too long: {most} letters at most.",
    "no_such_category": "This category is not on this board.",
    "storm_is_over": "This storm session takes ideas from {opens} to {closes}.",
    "too_many_ideas": "You proposed {n} ideas within a day; more can come tomorrow.",
    "too_many_words": "You wrote {n} comments within an hour; wait a little.",
    "not_public": "This idea is not open to that now.",
    "decided": "Votes on this idea are over: it is decided.",
    "no_against": "On this board one votes for ideas, not against them.",
    "budget_spent": "All {n} votes you have are standing. Take one back, or wait until one of your ideas is decided.",
    "nothing_said": "Say something first.",
    "not_said_here": "What you answer to is not said here any more.",
    "not_yours": "Only who wrote it can do that.",
    "others_joined": "{n} others stand with it by now: it is no longer yours alone. Write to us when it must go.",
    "no_reason": "Say why: the reason is public.",
    "not_held": "It does not wait for a person any more.",
    "not_there": "It was taken away already, or never stood there.",
}


class Refused(CannotDo):
    """`key` and `given` for pages that speak other languages; the text is English."""

    def __init__(self, key: str, **given: Any) -> None:
        super().__init__(WORDS[key].format(**given))
        self.key, self.given = key, given
