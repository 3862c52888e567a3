"""Making, renewing, publishing and bringing claims: one door for pages, commands and the demo."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from livingroom.branches.models import Branch
from livingroom.claims.house import inputs_of_house, readable_experiments
from livingroom.claims.models import Claim, ClaimVersion
from livingroom.claims.store import draft_folder, folder_of, latest, place_of, put
from livingroom.experiments.models import Experiment
from livingroom.measure import claims as measured
from livingroom.measure.claims.digests import document_digest
from livingroom.measure.engine import connect
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event
from livingroom.shared.models import Brand

MEMORY = "1GB"
FIGURES_KEPT = 400


class NothingChanged(Exception):
    """Made again, the claim says the same: there is no next version to keep."""


class NotOurs(Exception):
    """A claim that was brought as a file cannot be renewed from this house's data."""


class BrokenClaim(ValueError):
    """The file is no claim, or its digest does not fit."""


def make_claim(
    *,
    staff: Staff,
    title: str,
    first_on: date,
    last_on: date,
    now: datetime,
    branches: Sequence[Branch] = (),
    margin: float | None = None,
    experiments: Sequence[Experiment] | None = None,
    slug: str = "",
) -> Claim:
    """Make a claim from what the house knows now, and freeze it.

    Without `experiments`, those count that were read and overlap the period. Raises PermissionDenied, NothingMeasured and
    InputError.
    """
    require(staff, "claim")
    claim = Claim(
        slug=free_slug(slug or title),
        title=title,
        first_on=first_on,
        last_on=last_on,
        currency=Brand.current().reporting_currency,
        margin=margin,
        made_at=now,
    )
    chosen = readable_experiments(first_on, last_on) if experiments is None else experiments
    with draft_folder() as draft:
        made = _build(claim, branches, chosen, draft, number=1, now=now)
        with transaction.atomic():
            claim.save()
            claim.branches.set(branches)
            _keep(staff, claim, made.document, {}, now)
            record_event(
                actor=staff, verb="made claim", subject=claim, now=now, title=title, digest=made.digest
            )
        put(draft, place_of(claim.slug, 1), dict(made.document))
    return claim


def revise_claim(*, staff: Staff, claim: Claim, now: datetime) -> ClaimVersion:
    """Make the next version from what the house knows now, and explain the difference.

    Raises PermissionDenied, NotOurs, NothingChanged, NothingMeasured.
    """
    require(staff, "claim")
    if not claim.is_from_house:
        raise NotOurs(
            "This claim was brought as a file. Make it again where its data are, and bring it anew."
        )
    before = latest(claim)
    chosen = readable_experiments(claim.first_on, claim.last_on)
    with draft_folder() as draft:
        number = before.number + 1
        made = _build(claim, list(claim.branches.all()), chosen, draft, number=number, now=now)
        difference = explain(before, made, draft)
        if not difference["tables"] and not difference["figures"]:
            raise NothingChanged("Nothing has changed since the last version, so there is no new one.")
        with transaction.atomic():
            version = _keep(staff, claim, made.document, difference, now)
            record_event(
                actor=staff, verb="revised claim", subject=claim, now=now, version=number, digest=made.digest
            )
        put(draft, place_of(claim.slug, number), dict(made.document))
    return version


def publish_claim(*, staff: Staff, claim: Claim, now: datetime) -> None:
    """Let everybody read it. Raises PermissionDenied."""
    _set_public(staff, claim, now, now)


def withdraw_claim(*, staff: Staff, claim: Claim, now: datetime) -> None:
    """Show it to the staff only. Raises PermissionDenied."""
    _set_public(staff, claim, None, now)


def bring_claim(*, staff: Staff, file: Path, now: datetime) -> Claim:
    """Keep a claim that was made elsewhere, from its JSON or its PDF; its inputs stay where they are.

    Raises PermissionDenied, InputError and BrokenClaim.
    """
    require(staff, "claim")
    return keep_claim(staff=staff, made=measured.load_claim(file), now=now)


def keep_claim(
    *, staff: Staff, made: measured.Claim, now: datetime, slug: str = "", folder: Path | None = None
) -> Claim:
    """Keep a claim made by the measuring room, with the folder of its inputs if that is given.

    The folder is moved into the lake; the claim must have been built with that place. Raises PermissionDenied, BrokenClaim.
    """
    require(staff, "claim")
    if document_digest(made.document) != made.document.get("digest"):
        raise BrokenClaim("The claim's digest does not fit: it was changed after it was made.")
    terms = made.document["terms"]
    claim = Claim(
        slug=free_slug(slug or str(terms["title"])),
        title=str(terms["title"])[:120],
        first_on=date.fromisoformat(terms["from"]),
        last_on=date.fromisoformat(terms["to"]),
        currency=str(terms["currency"]),
        made_at=now,
        is_from_house=False,
    )
    with transaction.atomic():
        claim.save()
        _keep(staff, claim, made.document, {}, now, place=str(made.document["place"]) if folder else "")
        record_event(actor=staff, verb="brought claim", subject=claim, now=now, digest=made.digest)
    if folder is not None:
        put(folder, str(made.document["place"]), dict(made.document))
    return claim


def explain(before: ClaimVersion, made: measured.Claim, draft: Path) -> dict[str, Any]:
    """Say which tables and which figures differ from the version before."""
    frozen = folder_of(before.place)
    figures = [
        one
        for one in measured.differences(before.document, made.document)
        if one.figure.startswith("figures.") and ".line[" not in one.figure
    ]
    with connect(memory=MEMORY) as connection:
        tables = measured.table_changes(connection, frozen, draft, made.currency) if frozen.is_dir() else ()
    return {
        "tables": [{"table": change.table, "sentence": change.sentence} for change in tables],
        "figures": [{"figure": one.figure, "was": one.was, "is": one.now} for one in figures[:FIGURES_KEPT]],
        "n_figures": len(figures),
    }


def free_slug(title: str) -> str:
    """A short name that no claim has yet."""
    base = slugify(title)[:50] or "claim"
    slug, number = base, 2
    while Claim.objects.filter(slug=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    return slug


def _build(
    claim: Claim,
    branches: Sequence[Branch],
    experiments: Sequence[Experiment],
    draft: Path,
    *,
    number: int,
    now: datetime,
) -> measured.Claim:
    brand = Brand.current()
    terms = measured.Terms(
        title=claim.title,
        currency=claim.currency,
        first_on=claim.first_on,
        last_on=claim.last_on,
        who=", ".join(branch.name for branch in branches) or "Social",
        branches=tuple(str(branch.pk) for branch in branches),
        window_days=brand.attribution_window_days,
        margin=claim.margin,
        refunds_known_until=now,
        social_channels=tuple(sorted(set(Branch.objects.order_by().values_list("network", flat=True)))),
        branch_names={str(pk): name for pk, name in Branch.objects.values_list("pk", "name")},
        notes=(
            f"Orders in other currencies count in {claim.currency} at the European Central Bank's rate of their day.",
        ),
    )
    with connect(memory=MEMORY) as connection:
        return measured.build(
            connection,
            inputs=inputs_of_house(experiments),
            terms=terms,
            folder=draft,
            now=now,
            place=place_of(claim.slug, number),
            version=number,
        )


def _keep(
    staff: Staff,
    claim: Claim,
    document: Any,
    difference: dict[str, Any],
    now: datetime,
    place: str | None = None,
) -> ClaimVersion:
    return ClaimVersion.objects.create(
        claim=claim,
        number=document["version"],
        made_at=now,
        made_by=staff,
        document=document,
        digest=document["digest"],
        difference=difference,
        place=str(document["place"]) if place is None else place,
    )


def _set_public(staff: Staff, claim: Claim, since: datetime | None, now: datetime) -> None:
    require(staff, "claim")
    claim.published_at = since
    claim.save(update_fields=["published_at"])
    record_event(actor=staff, verb="published claim" if since else "withdrew claim", subject=claim, now=now)
