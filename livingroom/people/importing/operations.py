"""The door by which files of customers come in: from the page, and from the command line."""

from datetime import datetime
from pathlib import Path

from livingroom.people.importing import taking
from livingroom.people.importing.layouts import layout_called
from livingroom.people.importing.models import CustomerImport, CustomerMapping
from livingroom.people.importing.shops import known_shops
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event


class NoSuchShop(ValueError):
    """The words say which shops there are."""


def begin_import(
    *,
    by: Staff | str,
    path: Path,
    file_name: str,
    layout: str,
    now: datetime,
    shop: str = "",
    purpose: str = "",
) -> CustomerImport:
    """Note that a file is to be read. `by` is staff or words such as “the command line”.

    Raises WrongFile, NoSuchShop, CustomerMapping.DoesNotExist and PermissionDenied at once, before any row.
    """
    if isinstance(by, Staff):
        require(by, "see_people")
    slugs = [slug for slug, _ in known_shops()]
    if shop and shop not in slugs:
        raise NoSuchShop(f"There is no shop called {shop!r}. Shops: {', '.join(slugs) or 'none yet'}.")
    with path.open("rb") as stream:
        taking.open_rows(stream, layout_called(layout))
    file_import = CustomerImport.objects.create(
        shop=shop,
        file_name=Path(file_name).name[:200],
        digest=taking.digest_of(path),
        layout=layout,
        purpose=purpose.strip().lower()[:60],
        started_at=now,
        started_by=str(by)[:120],
        path=str(path),
        bytes_total=path.stat().st_size,
    )
    record_event(
        actor=by,
        verb="imported customers",
        subject=file_import,
        now=now,
        file=file_import.file_name,
        shop=shop,
    )
    return file_import


def import_file(
    *, by: Staff | str, path: Path, layout: str, now: datetime, shop: str = "", purpose: str = "",
    progress: taking.Progress | None = None,
) -> CustomerImport:  # fmt: skip
    """Read a file here and now. Raises as begin_import does."""
    begun = begin_import(
        by=by, path=path, file_name=path.name, layout=layout, shop=shop, purpose=purpose, now=now
    )
    # The file is the caller's: nobody else takes it up, and nobody throws it away.
    begun.path = ""
    return taking.read_file(begun, path, progress=progress)


def save_mapping(*, staff: Staff, mapping: CustomerMapping, now: datetime) -> CustomerMapping:
    """Save how a file's columns are called. Raises PermissionDenied."""
    require(staff, "see_people")
    mapping.save()
    record_event(actor=staff, verb="described a file", subject=mapping, now=now, columns=mapping.columns)
    return mapping
