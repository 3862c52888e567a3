"""Who was here in the same half hour already. The lake is the memory; this keeps its recent part at hand."""

from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa

from livingroom.lake import Lake

HALF_HOUR = 1_800_000_000
DAY = 86_400_000_000
MOST_SEEN = 3_000_000

SQL = files(__package__).joinpath("visits.sql").read_text(encoding="utf-8")


class Tally(NamedTuple):
    link_id: int
    on: date
    click_class: str
    n: int
    n_unique: int


class Visits:
    def __init__(self, lake: Lake, duck: duckdb.DuckDBPyConnection) -> None:
        self._lake, self._duck = lake, duck
        self._read: dict[
            tuple[Path, int], int
        ] = {}  # file and its time of change -> the first half hour taken from it
        self._forget()

    def tally(self, batch: pa.Table) -> list[Tally]:
        """Count a batch that is not in the lake yet."""
        if batch.num_rows == 0:
            return []
        times = batch["at"].to_numpy()
        self._learn(int(times.min()), int(times.max()))
        with self._duck.cursor() as connection:
            connection.register("batch", batch)
            rows = connection.execute(SQL).fetchall()
        return [Tally(link, day_of(day * DAY), kind, n, unique) for link, day, kind, n, unique in rows]

    def _learn(self, first: int, last: int) -> None:
        """Read what the lake got since, for the half hours that matter."""
        if self._duck.execute("SELECT count(*) FROM seen").fetchall()[0][0] > MOST_SEEN:
            self._forget()
        half_hour = first // HALF_HOUR
        for day in range(first // DAY, last // DAY + 1):
            for path in self._lake.files("clicks", partition={"day": f"{day_of(day * DAY):%Y-%m-%d}"}):
                key = (path, path.stat().st_mtime_ns)
                if self._read.get(key, half_hour + 1) > half_hour:
                    self._take(path, half_hour)
                    self._read[key] = half_hour

    def _take(self, path: Path, half_hour: int) -> None:
        self._duck.execute(
            'INSERT INTO seen SELECT DISTINCT link_id, class, visitor, "at" // 1800000000 FROM read_parquet($file) '
            'WHERE "at" >= $from_at',
            {"file": str(path), "from_at": half_hour * HALF_HOUR},
        )

    def _forget(self) -> None:
        """Start anew: what matters is read again when it is asked for."""
        self._read.clear()
        self._duck.execute(
            "CREATE OR REPLACE TABLE seen (link_id BIGINT, class VARCHAR, visitor VARCHAR, half_hour BIGINT)"
        )


def day_of(microseconds: int) -> date:
    return datetime.fromtimestamp(microseconds // 1_000_000, UTC).date()
