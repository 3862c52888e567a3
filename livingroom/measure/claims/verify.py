"""Verifying a claim: is the document as it was made, are its inputs, and do they still give the same figures?"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from livingroom import __version__
from livingroom.measure.claims.build import Claim, facts_of, recount
from livingroom.measure.claims.difference import Difference, TableChange, differences, table_changes
from livingroom.measure.claims.digests import document_digest, settled
from livingroom.measure.claims.document import load_claim
from livingroom.measure.claims.freeze import freeze
from livingroom.measure.claims.inputs import ClaimInputs, Terms
from livingroom.measure.problems import InputError


@dataclass(frozen=True)
class Verdict:
    """Whether a claim is the same, and if not, what differs.

    Parameters
    ----------
    is_same : bool
        The document is as it was made, its inputs too, and they give the same figures.
    broken : tuple of str
        Digests that do not fit, in sentences.
    figures : tuple of Difference
        Figures that come out otherwise.
    tables : tuple of TableChange
        Rows that differ, when it was compared with other tables.
    notes : tuple of str
        What a reader should know, such as another version of Livingroom.
    """

    is_same: bool
    broken: tuple[str, ...] = ()
    figures: tuple[Difference, ...] = ()
    tables: tuple[TableChange, ...] = ()
    notes: tuple[str, ...] = ()


def verify(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    lake: Path | None = None,
    current: ClaimInputs | None = None,
) -> Verdict:
    """Recompute a claim.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        The engine.
    path : Path
        The claim's JSON, or its PDF.
    lake : Path, optional
        The lake that keeps its inputs; without it, they are looked for beside the file.
    current : ClaimInputs, optional
        Tables as they are now, to compare with instead of the frozen ones.

    Raises
    ------
    InputError
        The file is no claim, or its inputs are not there.
    """
    claim = load_claim(path)
    broken = _document_faults(claim)
    notes = _notes(claim)
    terms = _terms(claim, broken)
    if current is not None:
        return _against(connection, claim, terms, current, find_inputs(claim, path, lake), broken, notes)
    folder = find_inputs(claim, path, lake)
    if folder is None:
        raise InputError([*broken, _say_where(claim, path, lake)])
    broken += _table_faults(connection, claim, folder)
    found = differences(claim.document, _again(connection, claim, terms, folder))
    return Verdict(not (broken or found), tuple(broken), found, (), tuple(notes))


def find_inputs(claim: Claim, path: Path, lake: Path | None) -> Path | None:
    """Return the folder with the frozen tables of a claim, if it can be found."""
    for folder in _folders(str(claim.document.get("place", "")), path, lake):
        if (folder / "orders.parquet").is_file() and (folder / "touches.parquet").is_file():
            return folder
    return None


def _folders(place: str, path: Path, lake: Path | None) -> Iterator[Path]:
    # A place is a path inside the lake; one that leads out of it comes from a document that was tampered with.
    is_inside = bool(place) and not Path(place).is_absolute() and ".." not in Path(place).parts
    if lake is not None:
        yield from ([lake / place, lake / Path(place).name] if is_inside else [])
        yield lake
        return
    if is_inside:
        yield path.parent / place
        yield path.parent / Path(place).name
    yield path.with_suffix(".inputs")


def _say_where(claim: Claim, path: Path, lake: Path | None) -> str:
    place = claim.document.get("place", "")
    if lake is not None:
        return f"The lake {lake} does not hold the inputs of this claim ({place})."
    return (
        f"The inputs of this claim are not beside it: there is no folder {path.parent / str(place)}. Name the lake that "
        "keeps them with --lake, or the tables with --touches and --orders."
    )


def _document_faults(claim: Claim) -> list[str]:
    if document_digest(claim.document) == claim.document.get("digest"):
        return []
    return ["The document's own digest does not fit: it was changed after the claim was made."]


def _table_faults(connection: duckdb.DuckDBPyConnection, claim: Claim, folder: Path) -> list[str]:
    said = claim.document["inputs"]["tables"]
    found = facts_of(connection, folder, claim.document["inputs"].get("panels", []))
    faults = [f"{name}: it is gone." for name in said if name not in found]
    faults += [f"{name}: the claim does not know it." for name in found if name not in said]
    for name in sorted({*said} & {*found}):
        was, now = said[name], found[name]
        if was["digest"] != now["digest"]:
            n_rows = "other rows are" if was["n_rows"] == now["n_rows"] else f"{now['n_rows']:,} rows are"
            faults.append(
                f"{name}: the digest does not fit. The claim was made from {was['n_rows']:,} rows; {n_rows} there."
            )
    return faults


def _terms(claim: Claim, broken: list[str]) -> Terms:
    try:
        return Terms.from_json(dict(claim.document["terms"]))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError([*broken, f"The claim's terms cannot be read: {error}."]) from error


def _notes(claim: Claim) -> list[str]:
    made_by = claim.document.get("versions", {}).get("livingroom")
    if made_by == __version__:
        return []
    return [f"It was made by Livingroom {made_by}; this is {__version__}."]


def _again(connection: duckdb.DuckDBPyConnection, claim: Claim, terms: Terms, folder: Path) -> dict[str, Any]:
    said = {name: one for name, one in claim.document["inputs"].items() if name not in ("tables", "digest")}
    fresh: dict[str, Any] = settled(recount(connection, folder, terms, said))
    return fresh


def _against(
    connection: duckdb.DuckDBPyConnection,
    claim: Claim,
    terms: Terms,
    current: ClaimInputs,
    frozen: Path | None,
    broken: list[str],
    notes: list[str],
) -> Verdict:
    """Compare with tables as they are now."""
    with TemporaryDirectory(prefix="livingroom-claim-") as working:
        folder = Path(working)
        freeze(connection, current, terms, folder)
        _bring_panels(claim, frozen, folder)
        found = differences(claim.document, _again(connection, claim, terms, folder))
        tables = table_changes(connection, frozen, folder, terms.currency) if frozen else ()
    return Verdict(not (broken or found), tuple(broken), found, tables, tuple(notes))


def _bring_panels(claim: Claim, frozen: Path | None, folder: Path) -> None:
    """The experiments of a claim stay what they were; only the tables are compared."""
    for panel in claim.document["inputs"].get("panels", []):
        for key in ("file", "assignment"):
            if key in panel and frozen is not None and (frozen / panel[key]).is_file():
                shutil.copyfile(frozen / panel[key], folder / panel[key])
            elif key in panel:
                raise InputError([f"The experiment {panel['name']} of this claim is not beside it."])
