"""A digest as a PDF for reading and filing, typeset by Typst from its frozen content. The same content gives the same bytes."""

import json
from importlib.resources import files

from livingroom.ideas.digest.saying import view
from livingroom.ideas.models import Digest
from livingroom.shared.models import Brand


def to_pdf(digest: Digest) -> bytes:
    """Typeset it on A4."""
    import typst

    content = typst.compile(
        _template(), sys_inputs=_inputs(digest), format="pdf", timestamp=int(digest.made_at.timestamp())
    )
    assert isinstance(content, bytes)
    return content


def to_pictures(digest: Digest, *, ppi: float = 110) -> list[bytes]:
    """Draw the pages as PNG."""
    import typst

    pages = typst.compile(_template(), sys_inputs=_inputs(digest), format="png", ppi=ppi)
    return list(pages) if isinstance(pages, list) else [pages]


def file_name(digest: Digest) -> str:
    return f"{digest.board.slug}-{digest.begins_on:%Y-%m-%d}.pdf"


def _template() -> bytes:
    return files("livingroom.ideas.digest").joinpath("digest.typ").read_bytes()


def _inputs(digest: Digest) -> dict[str, str]:
    return {"view": json.dumps({**view(digest), "brand": Brand.current().name})}
