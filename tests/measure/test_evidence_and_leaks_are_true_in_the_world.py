"""Evidence and the leak meter against what the simulated world knows."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from livingroom.measure import evidence, leaks
from livingroom.measure.engine import connect
from livingroom.world.regimes.files import write_world
from livingroom.world.regimes.kinds import REGIMES
from livingroom.world.regimes.outcome import Setting


@dataclass(frozen=True)
class Played:
    folder: Path
    graded: evidence.Evidence
    verdicts: tuple[leaks.CodeLeak, ...]

    def ask(self, sql):
        with duckdb.connect() as connection:
            connection.register("evidence", self.graded.rows)
            for name in ("touches", "orders", "truth_orders"):
                connection.execute(f"CREATE VIEW {name} AS FROM '{self.folder}/{name}.parquet'")
            return connection.sql(sql).fetchall()

    def leaked_codes(self):
        """By code: when its leak began, what all its orders brought, and what those brought that did not leak."""
        return {
            row[0]: row[1:]
            for row in self.ask("""
                SELECT t.code, min(CASE WHEN x.cause = 'leak' THEN t.at END), sum(o.revenue_minor),
                    sum(CASE WHEN x.cause <> 'leak' THEN o.revenue_minor ELSE 0 END)
                FROM touches AS t
                JOIN orders AS o ON t.customer_id = o.customer_id AND t.at = o.at AND t.code = o.code
                JOIN truth_orders AS x ON o.order_id = x.order_id
                WHERE t.kind = 'code' AND t.code_kind = 'shared' GROUP BY t.code
            """)
        }


@pytest.fixture(scope="module", params=["A", "B", "D"])
def played(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(f"world{request.param}")
    write_world(Setting(REGIMES[request.param], people=80_000, days=120, seed=21), "none", folder)
    with connect() as connection:
        graded = evidence.grade(
            connection, touches=folder / "touches.parquet", orders=folder / "orders.parquet"
        )
    return Played(folder, graded, leaks.judge(graded.code_days))


def test_an_a_was_met_by_a_post_in_99_of_100_orders(played):
    ((n_orders, right),) = played.ask(
        "SELECT count(*), avg(CASE WHEN x.saw_post AND x.placement_id = e.placement_id THEN 1 ELSE 0 END) "
        "FROM evidence AS e JOIN truth_orders AS x USING (order_id) WHERE e.grade = 'A'"
    )

    assert n_orders > 500
    assert right >= 0.99


def test_leaks_are_found_within_three_days_of_their_start(played):
    verdicts = {verdict.code: verdict for verdict in played.verdicts}

    delays = [
        (verdicts[code].found_on - datetime.fromtimestamp(started_at / 1e6, UTC).date()).days
        if verdicts[code].found_on
        else 99
        for code, (started_at, _, _) in played.leaked_codes().items()
        if started_at is not None
    ]

    assert len(delays) > 8
    assert sum(delay <= 3 for delay in delays) >= 0.95 * len(delays)


def test_a_false_alarm_comes_less_than_once_in_a_code_year(played):
    truth = played.leaked_codes()
    rings = [verdict for verdict in played.verdicts if verdict.is_leaking and truth[verdict.code][0] is None]

    days_of_use = played.graded.code_days.num_rows
    assert len(rings) <= max(1, days_of_use / 365)


def test_what_remains_of_codes_is_true_within_five_per_cent(played):
    truth = played.leaked_codes()

    remaining = sum(verdict.remaining_minor for verdict in played.verdicts)
    honest = sum(minor for _, _, minor in truth.values())
    claimed = sum(minor for _, minor, _ in truth.values())

    assert claimed > 1.05 * honest
    assert remaining == pytest.approx(honest, rel=0.05)
