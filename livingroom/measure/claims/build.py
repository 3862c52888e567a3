"""Building a claim: freeze its inputs, count, estimate, and write all of it down with its digests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from livingroom import __version__
from livingroom.measure.claims.digests import document_digest, settled, table_digest, total_digest
from livingroom.measure.claims.figures import count
from livingroom.measure.claims.freeze import freeze
from livingroom.measure.claims.inputs import ClaimInputs, Terms
from livingroom.measure.claims.lifts import compact, deciding, read_lifts
from livingroom.measure.claims.panels import file_facts, freeze_panels, read_panels
from livingroom.measure.claims.ranges import net_lift_range
from livingroom.measure.claims.returning import return_of
from livingroom.measure.claims.words import statement, unknown, verdict
from livingroom.measure.engine import quoted
from livingroom.measure.estimate import money_as_json
from livingroom.measure.summary import GRADES

KIND = "livingroom claim"
FORMAT = 1
CLAIM_RULES = "claim/1"
TABLES = ("costs", "orders", "refunds", "touches")
TIMES = {"touches": '"at"', "orders": '"at"', "refunds": '"at"', "costs": '"on"'}


@dataclass(frozen=True)
class Claim:
    """A claim: its document, as JSON has it.

    Parameters
    ----------
    document : mapping
        See docs/methods/claim.md. Money is in whole minor units.
    """

    document: Mapping[str, Any]

    @property
    def digest(self) -> str:
        return str(self.document["digest"])

    @property
    def currency(self) -> str:
        return str(self.document["terms"]["currency"])

    @property
    def figures(self) -> Mapping[str, Any]:
        figures: Mapping[str, Any] = self.document["figures"]
        return figures

    @property
    def floor_minor(self) -> int:
        return int(self.figures["floor"]["revenue_minor"])

    @property
    def ceiling_minor(self) -> int:
        return int(self.figures["ceiling"]["revenue_minor"])

    @property
    def net_lift_range(self) -> tuple[int, int]:
        """From the floor of net lift to the ceiling, in minor units."""
        found = self.figures["net_lift_range"]
        return int(found["low_minor"]), int(found["high_minor"])


def build(
    connection: duckdb.DuckDBPyConnection,
    *,
    inputs: ClaimInputs,
    terms: Terms,
    folder: Path,
    now: datetime,
    place: str = "",
    version: int = 1,
) -> Claim:
    """Make a claim and freeze its inputs.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        The engine, from `engine.connect`.
    inputs : ClaimInputs
        The tables, and the lifts that are known.
    terms : Terms
        What is claimed, and by which rules.
    folder : Path
        Where the frozen tables go; made if need be. Its name stands in the claim.
    now : datetime
        When the claim is made.
    place : str
        Where the frozen tables lie in the lake, such as claims/social-2009/v1; by default the folder's name.
    version : int
        The number of this version of the claim.

    Returns
    -------
    Claim

    Raises
    ------
    InputError
        A table cannot be used; every reason found is listed.
    """
    frozen = freeze(connection, inputs, terms, folder)
    said = {
        "lifts": [compact(lift) for lift in inputs.lifts],
        "panels": freeze_panels(inputs.panels, folder),
        "left_out": frozen.sentences,
        "n_rejected": frozen.touches.n_rejected + frozen.orders.n_rejected,
    }
    return settle(
        recount(connection, folder, terms, said)
        | {
            "version": version,
            "made_at": now.astimezone(UTC).isoformat(timespec="seconds"),
            "place": place or folder.name,
        }
    )


def recount(
    connection: duckdb.DuckDBPyConnection, folder: Path, terms: Terms, said: Mapping[str, Any]
) -> dict[str, Any]:
    """Work every figure out from frozen inputs: what building and verifying have in common.

    `said` is what is not in the tables: lifts, panels, and what was left out when they were frozen.
    """
    figures = count(connection, folder, terms)
    lifts = read_lifts([*read_panels(said["panels"], folder), *said["lifts"]], terms, figures)
    money = deciding(lifts, terms, figures)
    span = net_lift_range(
        tested=money,
        ceiling_minor=figures.ceiling["revenue_minor"],
        discount_minor=figures.total("discount_minor", GRADES),
        untouched_minor=figures.untouched["revenue_minor"],
    )
    tables = facts_of(connection, folder, said["panels"])
    return {
        "kind": KIND,
        "format": FORMAT,
        "title": terms.title,
        "statement": statement(figures, terms),
        "verdict": verdict(money, terms.currency),
        "terms": terms.as_json(),
        "figures": {
            "all_orders": figures.all_orders,
            "grades": figures.grades,
            "floor": figures.floor,
            "ceiling": figures.ceiling,
            "untouched": figures.untouched,
            "overlap": figures.overlap,
            "leaks": figures.leaks,
            "ceiling_less_leaks_minor": figures.ceiling["revenue_minor"]
            - figures.leaks.get("leaked_minor", 0),
            "credit": figures.credit,
            "lifts": [lift.as_json() for lift in lifts],
            "net_lift_minor": money_as_json(money),
            "net_lift_range": span.as_json(),
            "return": return_of(figures, terms, money),
            "months": figures.months,
        },
        "unknown": unknown(figures, terms, lifts, money, said["left_out"]),
        "versions": {
            "livingroom": __version__,
            "claim": CLAIM_RULES,
            "evidence": figures.rule_version,
            "credit": list(terms.models),
        },
        "inputs": {"tables": tables, "digest": total_digest(tables), **said},
    }


def settle(document: dict[str, Any]) -> Claim:
    """Round what threads could make tremble, and put the claim's own digest on it."""
    content: dict[str, Any] = settled(document)
    return Claim(content | {"digest": document_digest(content)})


def facts_of(
    connection: duckdb.DuckDBPyConnection, folder: Path, panels: Sequence[Mapping[str, str]]
) -> dict[str, dict[str, Any]]:
    """Return rows, times and digest of everything that is frozen in a folder."""
    found = {name: facts for name in TABLES if (facts := table_facts(connection, folder, name)) is not None}
    return found | file_facts(panels, folder)


def table_facts(connection: duckdb.DuckDBPyConnection, folder: Path, name: str) -> dict[str, Any] | None:
    """Return rows, first and last time and digest of a frozen table; None if the claim has none of that name."""
    path = folder / f"{name}.parquet"
    if not path.exists():
        return None
    n_rows, digest = table_digest(connection, path)
    with connection.cursor() as cursor:
        first, last = cursor.execute(
            f"SELECT min({TIMES[name]}), max({TIMES[name]}) FROM read_parquet({quoted(str(path))})"  # noqa: S608
        ).fetchall()[0]
    return {"n_rows": n_rows, "first": first, "last": last, "digest": digest}
