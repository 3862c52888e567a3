"""Count and cut text as people see it: a family emoji or a letter with its accent is one character.

DuckDB, which the house has anyway, carries the Unicode tables (utf8proc); its answers are compared with Bluesky's own
counter in tests_peers.
"""

import threading

import duckdb

_local = threading.local()


def count_graphemes(text: str) -> int:
    if text.isascii() and "\r" not in text:
        return len(text)
    return int(_ask("SELECT length_grapheme(?)", text))


def first_graphemes(text: str, count: int) -> str:
    """The beginning of the text, at most `count` characters long."""
    if text.isascii() and "\r" not in text:
        return text[:count]
    return str(_ask("SELECT left_grapheme(?, ?)", text, count))


def _ask(sql: str, *values: str | int) -> str | int:
    # A connection must not be shared between threads; one costs 10 ms, so each thread keeps its own.
    if not hasattr(_local, "engine"):
        _local.engine = duckdb.connect(":memory:", config={"threads": 1})
    (answer,) = _local.engine.execute(sql, list(values)).fetchone()
    return answer if isinstance(answer, int) else str(answer)
