"""What else touched the orders of a claim, and what each network or branch touched alone."""

# ruff: noqa: S608 - names in these queries are our own.

from typing import Any

import duckdb


def overlap_of(cursor: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """How many orders with evidence also met something else, and for each social channel whether it stood alone."""
    cursor.execute(
        """CREATE OR REPLACE TEMP TABLE company AS
           SELECT c.order_id, c.revenue_minor,
               count(DISTINCT m.channel) FILTER (WHERE m.is_social) AS n_social,
               count(DISTINCT m.channel) FILTER (WHERE NOT m.is_social) AS n_other
           FROM claimed AS c LEFT JOIN met AS m ON c.order_id = m.order_id
           WHERE c.grade <> 'none' GROUP BY ALL"""
    )
    parts = cursor.execute(
        """SELECT CASE WHEN n_social + n_other = 0 THEN 'nothing seen' WHEN n_other = 0 THEN 'social only'
                       WHEN n_social = 0 THEN 'others only' ELSE 'social and others' END AS company,
                  count(*), sum(revenue_minor)
           FROM company GROUP BY 1 ORDER BY 1"""
    ).fetchall()
    others = cursor.execute(
        """SELECT m.channel, count(DISTINCT c.order_id), sum(c.revenue_minor)
           FROM (SELECT DISTINCT order_id, channel FROM met WHERE NOT is_social) AS m
           JOIN company AS c ON m.order_id = c.order_id GROUP BY 1 ORDER BY 3 DESC, 1"""
    ).fetchall()
    whole_minor = int(cursor.execute("SELECT coalesce(sum(revenue_minor), 0) FROM company").fetchall()[0][0])
    return {
        "parts": [{"name": name, "n_orders": n, "revenue_minor": int(sum_)} for name, n, sum_ in parts],
        "also_touched_by": [
            {"channel": name, "n_orders": n, "revenue_minor": int(sum_)} for name, n, sum_ in others
        ],
        "channels": _alone(cursor, "channel", whole_minor),
        "branches": _alone(cursor, "branch", whole_minor),
    }


def _alone(cursor: duckdb.DuckDBPyConnection, by: str, whole_minor: int) -> list[dict[str, Any]]:
    """For each social channel, or branch: what it touched alone, what others touched too, what has evidence without it."""
    rows = cursor.execute(
        f"""WITH seen AS (
                SELECT DISTINCT order_id, CASE WHEN is_social THEN {by} ELSE 'other ' || channel END AS name, is_social
                FROM met
            ),
            counted AS (SELECT order_id, count(*) AS n_names FROM seen GROUP BY 1)
            SELECT s.name,
                count(*) FILTER (WHERE n.n_names = 1), sum(c.revenue_minor) FILTER (WHERE n.n_names = 1),
                count(*) FILTER (WHERE n.n_names > 1), sum(c.revenue_minor) FILTER (WHERE n.n_names > 1)
            FROM seen AS s JOIN company AS c ON s.order_id = c.order_id JOIN counted AS n ON s.order_id = n.order_id
            WHERE s.is_social GROUP BY 1 ORDER BY sum(c.revenue_minor) DESC, 1"""
    ).fetchall()
    return [
        {
            by: str(name),
            "n_alone": n_alone,
            "alone_minor": int(alone or 0),
            "n_together": n_together,
            "together_minor": int(together or 0),
            "without_minor": whole_minor - int(alone or 0) - int(together or 0),
        }
        for name, n_alone, alone, n_together, together in rows
    ]
