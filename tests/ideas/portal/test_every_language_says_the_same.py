"""The portal's words: the same in every language, none missing, and every reason why not."""

import re
import string
from pathlib import Path

import pytest

from livingroom.ideas.models import Idea, PublicLogEntry
from livingroom.ideas.portal import tongue
from livingroom.ideas.refusals import WORDS as REFUSALS

TEMPLATES = Path(tongue.__file__).parent.parent / "templates/ideas/portal"
FOR_STAFF = {"no_reason", "not_held"}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", ["es", "pt", "de", "fr"])
def test_a_language_has_every_message_with_the_same_places_to_fill(code: str) -> None:
    english, other = tongue.Tongue("en").words, tongue.Tongue(code).words

    assert list(other) == list(english)
    assert {key for key in english if places(english[key]) != places(other[key])} == set()
    same = {key for key in english if english[key] == other[key]} - {"direction", "feed_of"}
    assert len(same) < 12, f"not translated: {same}"


def test_every_message_that_a_page_asks_for_exists() -> None:
    asked = set()
    for path in TEMPLATES.glob("*.html"):
        text = path.read_text()
        asked |= set(re.findall(r"""{% say ["'](\w+)["']""", text))
        asked |= {
            f"{key}_{n}" for key in re.findall(r"""{% count ["'](\w+)["']""", text) for n in ("one", "many")
        }

    assert len(asked) > 100
    assert asked - set(tongue.Tongue("en").words) == set()


def test_states_logs_and_refusals_all_have_words() -> None:
    english = tongue.Tongue("en").words

    assert {f"state_{state}" for state in Idea.State.values} <= set(english)
    assert {f"how_state_{state}" for state in Idea.State.values} <= set(english)
    assert {f"log_{what}" for what in PublicLogEntry.What.values} <= set(english)
    assert {f"standing_{value}" for value in Idea.Standing.values if value != "public"} <= set(english)
    refusals = {key: words for key, words in REFUSALS.items() if key not in FOR_STAFF}
    assert {
        key for key, words in refusals.items() if places(words) != places(english.get(f"refused_{key}", ""))
    } == set()


def test_numbers_and_days_are_written_as_there() -> None:
    german = tongue.Tongue("de")

    assert german.count("votes", 12345) == "12.345 Stimmen"
    assert german.percent(0.5) == "50\N{NARROW NO-BREAK SPACE}%"


def test_styles_know_no_left_and_right() -> None:
    style = (TEMPLATES.parent.parent.parent / "static/ideas/ideas.css").read_text()

    assert (
        re.findall(
            r"(?:margin|padding|border)-(?:left|right)|text-align: (?:left|right)|[^-]\b(?:left|right):",
            style,
        )
        == []
    )
