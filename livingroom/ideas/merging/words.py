"""What authors are told of merges, in their language."""

import json
from pathlib import Path

from livingroom.shared.tongues import DEFAULT, Words

WORDS: dict[str, Words] = json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))


def words_in(language: str) -> Words:
    return WORDS.get(language[:2], WORDS[DEFAULT])
