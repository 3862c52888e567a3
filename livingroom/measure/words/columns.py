"""Which column of a stranger's file holds the texts, or the right answers."""

from collections.abc import Sequence

TEXT_COLUMNS = (
    "text", "content", "comment", "body", "message", "tweet", "post", "review", "sentence", "question", "query", "utterance",
    "snippet", "description", "title",
)  # fmt: skip
_PARTS = ("text", "content", "comment", "message", "tweet", "sentence", "review")
# Parts of names of what stands beside a text: comment_id, tweet_created, text_length.
_BESIDE = (
    "id",
    "count",
    "date",
    "time",
    "at",
    "created",
    "author",
    "user",
    "lang",
    "language",
    "length",
    "label",
    "n",
    "type",
)


def find_text_column(columns: Sequence[str]) -> str | None:
    """Return the column of texts: by a usual name, by the only name with such a word in it, or because it is the only one."""
    usual = named(columns, TEXT_COLUMNS)
    if usual is not None or len(columns) == 1:
        return usual or columns[0]
    like = [name for name in columns if _speaks_of_text(name)]
    return like[0] if len(like) == 1 else None


def named(columns: Sequence[str], usual: Sequence[str]) -> str | None:
    """Return the first of the usual names that is there, in whatever case."""
    lower = {name.strip().lower(): name for name in reversed(columns)}
    return next((lower[name] for name in usual if name in lower), None)


def _speaks_of_text(name: str) -> bool:
    words = name.strip().lower().replace("-", "_").replace(" ", "_").split("_")
    return any(word in _PARTS for word in words) and not any(word in _BESIDE for word in words)
