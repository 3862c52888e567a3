"""The web form in the visitor's language."""

import json
from pathlib import Path

from django.http import HttpRequest

from livingroom.shared import tongues
from livingroom.shared.tongues import Words

__all__ = ["WORDS", "Words", "language_of"]

WORDS: dict[str, Words] = json.loads((Path(__file__).parent / "words.json").read_text())


def language_of(request: HttpRequest) -> str:
    return tongues.language_of(request, WORDS)
