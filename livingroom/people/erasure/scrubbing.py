"""Taking somebody's names and words out of what others wrote."""

import re
from collections.abc import Iterable
from typing import Any

GONE = "[erased]"
SHORTEST = 3  # what is shorter stands in too many other words
SHORTEST_QUOTE = 20


class Scrubber:
    """Replaces names, handles and quoted sentences, as whole words, however they are capitalised."""

    def __init__(self, words: Iterable[str], *, quotes: Iterable[str] = ()) -> None:
        lines = {line.strip() for text in quotes for line in text.splitlines()}
        wanted = {word.strip() for word in words if len(word.strip()) >= SHORTEST}
        wanted |= {line for line in lines if len(line) >= SHORTEST_QUOTE}
        self.words = sorted(wanted, key=lambda word: (-len(word), word))
        parts = "|".join(re.escape(word) for word in self.words)
        self._pattern = re.compile(rf"(?<!\w)(?:{parts})(?!\w)", re.IGNORECASE) if parts else None

    def text(self, text: str) -> str:
        return self._pattern.sub(GONE, text) if self._pattern and text else text

    def value(self, value: Any) -> Any:
        """The same for what JSON holds."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(one) for one in value]
        if isinstance(value, dict):
            return {self.text(key): self.value(one) for key, one in value.items()}
        return value
