"""What the redirector knows of a link and of the brand's settings: rows as they come from the database."""

from typing import NamedTuple


class LinkRow(NamedTuple):
    slug: str
    id: int
    destination: str
    stopped_at: int | None  # microseconds UTC
    fallback: str
    is_test: bool
    updated_at: int  # microseconds UTC


class SourceUnavailable(Exception):
    """The database does not answer, or holds no tables yet; the text says which."""
