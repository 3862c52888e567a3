"""A claim as a PDF to sign: typeset by Typst, with the claim's JSON inside, so that the paper can be verified too."""

import json
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from livingroom.measure.claims.build import Claim
from livingroom.measure.claims.document import to_json
from livingroom.measure.claims.presentation import view

COMMAND = "livingroom measure claim --verify claim.pdf --lake LAKE"


def to_pdf(claim: Claim, *, author: str = "Livingroom") -> bytes:
    """Typeset a claim on A4 as PDF/A-3, which archives take. The same claim gives the same bytes."""
    import typst

    inputs = _inputs(claim, author)
    made_at = int(datetime.fromisoformat(str(claim.document["made_at"])).timestamp())
    template = _template()
    try:
        content = typst.compile(
            template, sys_inputs=inputs, format="pdf", pdf_standards=["a-3b"], timestamp=made_at
        )
    except typst.TypstError:
        # A title in letters that no font here has cannot be archived; it can still be read, all but these letters.
        content = typst.compile(template, sys_inputs=inputs, format="pdf", timestamp=made_at)
    assert isinstance(content, bytes)
    return content


def to_pictures(claim: Claim, *, author: str = "Livingroom", ppi: float = 110) -> list[bytes]:
    """Draw the pages as PNG."""
    import typst

    pages = typst.compile(_template(), sys_inputs=_inputs(claim, author), format="png", ppi=ppi)
    return list(pages) if isinstance(pages, list) else [pages]


def write_pdf(claim: Claim, path: Path, *, author: str = "Livingroom") -> None:
    """Write the PDF whole, or not at all."""
    draft = path.with_name(f".{path.name}.partial")
    draft.write_bytes(to_pdf(claim, author=author))
    draft.replace(path)


def _template() -> bytes:
    return files("livingroom.measure.claims").joinpath("claim.typ").read_bytes()


def _inputs(claim: Claim, author: str) -> dict[str, str]:
    shown = {**view(claim.document), "author": author, "command": COMMAND}
    return {"view": json.dumps(shown), "claim": to_json(claim.document)}
