"""What the judge of words says of a text: its language, and whether a person should look at it before others read it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Looked:
    """`doubt` says in a sentence why a person should look; empty when nobody need."""

    language: str
    doubt: str


def look_at(text: str, spoken: str = "") -> Looked:
    """Judge a text. From the judge's lower line on it is held: never dropped, never hidden unseen."""
    # Here, for it loads weights: voting must not wait for that.
    from livingroom.listening.understanding.judge import judge
    from livingroom.measure.words.guesses import SHOW, Hints

    own = spoken[:2].lower()
    found = judge().understanding.understand([text], [Hints(author_language=own)])[0]
    doubt = "" if found.spam.value == SHOW else found.spam.reason
    return Looked(found.language.value or own or "en", doubt)
