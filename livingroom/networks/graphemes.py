"""Count and cut text as people see it: a family emoji or a letter with its accent is one character.

DuckDB, which the house has anyway, carries the Unicode tables (utf8proc); its answers are compared with Bluesky's own
counter in tests_peers.
"""

import re
import threading

import duckdb

_local = threading.local()
# What never joins with a neighbour: Latin letters, their punctuation and the signs of currencies.
_ALONE = re.compile(r"[\0-\x0c\x0e-\u02ff\u2010-\u2027\u20a0-\u20bf]*")


def count_graphemes(text: str) -> int:
    if _ALONE.fullmatch(text):
        return len(text)
    return int(_ask("SELECT length_grapheme(?)", text))


def first_graphemes(text: str, count: int) -> str:
    """The beginning of the text, at most `count` characters long."""
    if _ALONE.fullmatch(text):
        return text[:count]
    return str(_ask("SELECT left_grapheme(?, ?)", text, count))


def _ask(sql: str, *values: str | int) -> str | int:
    # A connection must not be shared between threads; one costs 10 ms, so each thread keeps its own.
    if not hasattr(_local, "engine"):
        _local.engine = duckdb.connect(":memory:", config={"threads": 1})
    (answer,) = _local.engine.execute(sql, list(values)).fetchone()
    return answer if isinstance(answer, int) else str(answer)
