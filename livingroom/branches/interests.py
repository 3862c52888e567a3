"""What common interests are called in the languages of visitors. One that the file does not know stays as it was typed."""

import json
from functools import cache
from pathlib import Path


def interest_in(word: str, language: str) -> str:
    """`word` in a language; those of the file are written in English on a branch's page."""
    return _known().get(word.strip().lower(), {}).get(language.split("-")[0], word)


@cache
def _known() -> dict[str, dict[str, str]]:
    told: dict[str, dict[str, str]] = json.loads(
        (Path(__file__).parent / "interests.json").read_text(encoding="utf-8")
    )
    return told
