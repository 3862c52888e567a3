"""One set of queries, written a second time for Spark."""

from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel

# Named differently and passed through by SQLGlot as they are.
_FUNCTIONS = {"EPOCH_US": "UNIX_MICROS"}


@lru_cache(maxsize=512)
def to_spark(sql: str) -> str:
    """Write a query of ours for Spark.

    Parameters
    ----------
    sql : str
        One query in DuckDB's words, of those that docs/methods/engines.md allows.

    Returns
    -------
    str
        The same query for Spark 4. A literal such as 0.4 becomes a double, as DuckDB makes it in arithmetic: Spark would
        keep a decimal of few digits.
    """
    tree = sqlglot.parse_one(sql, read="duckdb").transform(_as_spark_means_it)
    return tree.sql(dialect="spark", unsupported_level=ErrorLevel.RAISE, comments=False)


def _as_spark_means_it(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Literal) and not node.is_string and "." in node.name:
        return exp.Literal.number(f"{node.name}D")
    if isinstance(node, exp.Anonymous) and node.name.upper() in _FUNCTIONS:
        return exp.Anonymous(this=_FUNCTIONS[node.name.upper()], expressions=node.expressions)
    return node
