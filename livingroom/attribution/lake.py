from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings

from livingroom.lake import Lake


def open_lake() -> Lake:
    """This house's lake; opened once for each process."""
    return _lake(settings.LAKE_URL)


@cache
def _lake(url: str) -> Lake:
    return Lake.open(url)


def clicks_of_days(days: Iterable[date], sql: str, **values: Any) -> list[dict[str, Any]]:
    """Run SQL over the `clicks` of a few days (UTC), opening these days' files only, however many there are."""
    lake = open_lake()
    with lake.reading() as duck:
        files = [
            str(path)
            for day in sorted(set(days))
            for path in lake.files("clicks", partition={"day": day.isoformat()})
        ]
        if not files:
            return []
        values["files"] = files
        named = f"WITH clicks AS (FROM read_parquet($files, union_by_name = true)) {sql}"
        rows = duck.execute(named, values)
        names = [column[0] for column in rows.description or []]
        return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
