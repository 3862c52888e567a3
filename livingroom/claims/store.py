"""Where claims lie in the lake: claims/<slug>/v<number>/, with their frozen tables, the claim itself and its PDF."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from livingroom.attribution.lake import open_lake
from livingroom.claims.models import Claim, ClaimVersion
from livingroom.measure import claims as measured
from livingroom.shared.models import Brand

FOLDER = "claims"


def place_of(slug: str, number: int) -> str:
    """The place in the lake, as the claim says it."""
    return f"{FOLDER}/{slug}/v{number}"


def folder_of(place: str) -> Path:
    return Path(open_lake().folder) / place


@contextmanager
def draft_folder() -> Iterator[Path]:
    """A folder beside the finished ones, gone at the end unless it was moved into its place."""
    draft = Path(open_lake().folder) / FOLDER / f".draft-{uuid4().hex}"
    draft.mkdir(parents=True)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def put(draft: Path, place: str, document: dict[str, object]) -> None:
    """Move a finished draft to its place, the claim beside its tables. What a killed process left there goes."""
    target = folder_of(place)
    measured.write_json(measured.Claim(document), draft / "claim.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(target, ignore_errors=True)
    draft.replace(target)


def pdf_of(version: ClaimVersion) -> bytes:
    """The PDF of a version, typeset when it is first asked for."""
    claim = measured.Claim(version.document)
    if not version.place:
        return measured.to_pdf(claim, author=Brand.current().name)
    path = folder_of(version.place) / "claim.pdf"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        measured.write_pdf(claim, path, author=Brand.current().name)
    return path.read_bytes()


def latest(claim: Claim) -> ClaimVersion:
    version = claim.versions.order_by("-number").first()
    if version is None:
        raise ClaimVersion.DoesNotExist(f"“{claim}” has no version.")
    return version
