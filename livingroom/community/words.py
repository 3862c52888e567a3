"""What visitors read in this room, in the languages we have. Another: copy a block of words.json."""

import json
from pathlib import Path

from livingroom.shared.tongues import Words

WORDS: dict[str, Words] = json.loads((Path(__file__).parent / "words.json").read_text())


def words_in(language: str) -> Words:
    """The words of a language, English where we have none."""
    return WORDS.get(language.split("-")[0], WORDS["en"])


def names_of(key: str) -> Words:
    """One message in every language."""
    return {language: words[key] for language, words in WORDS.items()}
