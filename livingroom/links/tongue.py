"""The words of the page of codes, in the visitor's language. Another language: a file more in `words/`."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from django.utils import formats, translation

from livingroom.shared import tongues


@dataclass(frozen=True)
class Tongue(tongues.Tongue):
    """One language of the page of codes."""

    folder: ClassVar[Path] = Path(__file__).parent / "words"

    def moment(self, at: datetime) -> str:
        with translation.override(self.django_code):
            return f"{formats.date_format(at.astimezone(UTC), 'DATETIME_FORMAT')} UTC"

    def said_in(self, state: str, *, by_lot: bool) -> tuple[str, str]:
        """The title and the text of a state of the page."""
        if state == "ready" and by_lot:
            return self.words["draw_title"], self.words["draw_lead"]
        return self.words[f"{state}_title"], self.words[state]
