from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "sql"


@cache
def named_sql(name: str) -> str:
    """The text of one of this room's SQL files, without a closing semicolon, so that it can stand in another query."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8").strip().rstrip(";")
