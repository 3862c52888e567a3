"""What a text says, offline: language, brand terms, near-duplicates, spam, sentiment and topic, each with its reason.

`Understanding` is the one door for other rooms. Importing this package loads no model.
"""

from livingroom.measure.words.guesses import (
    HIDE,
    NEGATIVE,
    NEUTRAL,
    POSITIVE,
    QUEUE,
    SHOW,
    Candidate,
    Correction,
    Guess,
    Hints,
    TermFound,
    Understood,
)
from livingroom.measure.words.terms import Term
from livingroom.measure.words.understanding import Understanding

__all__ = [
    "HIDE",
    "NEGATIVE",
    "NEUTRAL",
    "POSITIVE",
    "QUEUE",
    "SHOW",
    "Candidate",
    "Correction",
    "Guess",
    "Hints",
    "Term",
    "TermFound",
    "Understanding",
    "Understood",
]
