"""What a reader of the table of changes saw, and the marks by which a screen says how far it has heard."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Seen:
    """A change, and when this process first saw it (seconds since 1970)."""

    at: float
    conversation_id: int
    is_new: bool


@dataclass(frozen=True)
class Mark:
    """How far a screen has heard: a moment on the clock of one reader."""

    reader: str
    moment: float

    def __str__(self) -> str:
        return f"{self.reader}-{self.moment:.6f}"


def read_mark(text: str) -> Mark | None:
    """What a browser brings back; None when it makes no sense or is none."""
    reader, _, moment = text.strip()[:60].rpartition("-")
    try:
        found = Mark(reader, float(moment))
    except ValueError:
        return None
    return found if 0 <= found.moment < 1e11 else None
