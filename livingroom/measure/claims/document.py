"""Claims as files: JSON as it is kept, or a PDF that carries the same JSON inside."""

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from livingroom.measure.claims.build import FORMAT, KIND, Claim
from livingroom.measure.problems import InputError


def write_json(claim: Claim, path: Path) -> None:
    """Write a claim whole, or not at all."""
    draft = path.with_name(f".{path.name}.partial")
    draft.write_text(to_json(claim.document), encoding="utf-8")
    draft.replace(path)


def to_json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def load_claim(path: Path) -> Claim:
    """Read a claim from its JSON or its PDF. Raises InputError."""
    if not path.is_file():
        raise InputError([f"There is no file {path}."])
    content = path.read_bytes()
    found = _from_pdf(content, path) if content.startswith(b"%PDF") else _parsed(content)
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise InputError(
            [f"{path} holds no claim. A claim is the JSON or the PDF that `livingroom measure claim` writes."]
        )
    if found.get("format") != FORMAT:
        raise InputError(
            [f"{path} is a claim of format {found.get('format')}; this Livingroom reads format {FORMAT}."]
        )
    return Claim(found)


def _parsed(content: bytes) -> object:
    try:
        return json.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        return None


def _from_pdf(content: bytes, path: Path) -> object:
    for stream in _streams(content):
        found = _parsed(stream) if stream.lstrip()[:1] == b"{" else None
        if isinstance(found, dict) and found.get("kind") == KIND:
            return found
    raise InputError([f"{path} is a PDF without a claim inside. Was it printed again by another programme?"])


def _streams(content: bytes) -> Iterator[bytes]:
    """Every stream of a PDF, unpacked where it is packed as PDFs usually are."""
    for match in re.finditer(rb"stream\r?\n", content):
        end = content.find(b"endstream", match.end())
        if end < 0:
            return
        raw = content[match.end() : end]
        try:
            yield zlib.decompressobj().decompress(raw)
        except zlib.error:
            yield raw
