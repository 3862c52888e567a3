"""Read a file of customers, in batches. Reading it again adds nothing; a row that cannot be read is kept apart with its line."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from livingroom.people.clientele import Clientele, Identity
from livingroom.people.consents.models import Consent
from livingroom.people.erasure.suppression import any_erased, is_left_out, suppressed
from livingroom.people.importing.layouts import BadCell, Facts, Layout, facts_of, layout_called
from livingroom.people.importing.models import BadRow, CustomerImport, CustomerMapping
from livingroom.people.models import Customer, Handle
from livingroom.shared.csv_rows import CsvRows, NotCsv

ROWS_AT_ONCE = 1000
COUNTS = ("n_rows", "n_new", "n_changed", "n_same", "n_left_out", "n_bad")
Progress = Callable[[int], None]


class WrongFile(ValueError):
    """The file as a whole cannot be read; the text says what was found."""


def open_rows(stream: BinaryIO, layout: Layout) -> CsvRows:
    """Raises WrongFile where the file is not what the layout says."""
    try:
        rows = CsvRows(stream)
    except NotCsv as problem:
        raise WrongFile(str(problem)) from None
    if not any(name in rows.header for name in layout.needed):
        found = ", ".join(rows.header[:40]) or "nothing"
        raise WrongFile(f"It must have a column {' or '.join(layout.needed)}. Found: {found}.")
    return rows


def read_file(file_import: CustomerImport, path: Path, *, progress: Progress | None = None) -> CustomerImport:
    """Read `path` for `file_import`, which keeps count. `progress` is told the bytes read with every batch."""
    try:
        layout = layout_called(file_import.layout)
        with path.open("rb") as stream:
            rows = open_rows(stream, layout)
            file_import.bytes_total = path.stat().st_size
            batch = _Batch(file_import, layout)
            for row in rows.rows():
                batch.add(row.number, row.cells, row.problem, timezone.now())
                if batch.n >= ROWS_AT_ONCE:
                    batch.write(timezone.now(), rows.bytes_read)
                    if progress:
                        progress(rows.bytes_read)
            batch.write(timezone.now(), rows.bytes_read)
    except (WrongFile, CustomerMapping.DoesNotExist, OSError) as problem:
        return _end(file_import, CustomerImport.State.FAILED, str(problem) or "The file cannot be read.")
    return _end(file_import, CustomerImport.State.DONE)


def start_over(file_import: CustomerImport, now: datetime) -> None:
    """Count from nought again; what was written stays, and is found to be the same."""
    for name in COUNTS:
        setattr(file_import, name, 0)
    file_import.bad_rows.all().delete()
    file_import.seen_at = now
    file_import.save()


def digest_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass
class _Batch:
    file_import: CustomerImport
    layout: Layout
    facts: list[Facts] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)

    @property
    def n(self) -> int:
        return len(self.facts) + len(self.bad)

    def add(self, number: int, cells: dict[str, str], problem: str, now: datetime) -> None:
        self.file_import.n_rows += 1
        try:
            if problem:
                raise BadCell(problem)
            facts = facts_of(self.layout, cells, now)
            if not self._identities(facts):
                raise BadCell(
                    "A customer number alone names nobody: say which shop it is of.", self.layout.needed[0]
                )
            if facts.consent and not (facts.purpose or self.file_import.purpose):
                raise BadCell(
                    "They agreed, but to what? Name a purpose for the file.", self.layout.columns["consent"]
                )
            self.facts.append(facts)
        except BadCell as bad:
            self.bad.append(
                BadRow(
                    file_import=self.file_import,
                    number=number,
                    column=bad.column[:120],
                    reason=str(bad)[:300],
                )
            )

    @transaction.atomic
    def write(self, now: datetime, bytes_read: int) -> None:
        wanted = [(facts, self._identities(facts)) for facts in self.facts]
        every = {pair for _, pairs in wanted for pair in pairs}
        erased = suppressed(every) if any_erased() else {}
        clientele = Clientele(every)
        agreed: list[tuple[Customer, Facts]] = []
        before: dict[Customer, tuple[str, str, datetime]] = {}
        for facts, pairs in wanted:
            at = facts.consent_at or facts.first_seen_at or datetime.min.replace(tzinfo=now.tzinfo)
            if any(is_left_out(erased, pair, at) for pair in pairs):
                self.file_import.n_left_out += 1
                continue
            customer = self._take(clientele, facts, pairs, before, now)
            agreed.append((customer, facts))
        clientele.save()
        changed = [customer for customer, was in before.items() if was != _told(customer)]
        Customer.objects.bulk_update(changed, ["country", "language", "first_seen_at"])
        self._keep_consents(agreed, now)
        BadRow.objects.bulk_create(self.bad, ignore_conflicts=True)
        self.file_import.n_bad += len(self.bad)
        self.file_import.bytes_read, self.file_import.seen_at = bytes_read, now
        self.file_import.save()
        self.facts.clear()
        self.bad.clear()

    def _identities(self, facts: Facts) -> list[Identity]:
        pairs = []
        if facts.number and self.file_import.shop:
            pairs.append((Handle.Kind.SHOP.value, f"{self.file_import.shop}:{facts.number}"[:160]))
        if facts.mail:
            pairs.append((Handle.Kind.MAIL.value, facts.mail))
        return pairs

    def _take(
        self, clientele: Clientele, facts: Facts, pairs: list[Identity],
        before: dict[Customer, tuple[str, str, datetime]], now: datetime,
    ) -> Customer:  # fmt: skip
        customer = clientele.known(pairs)
        is_new = customer is None
        if customer is None:
            customer = clientele.add(
                country=facts.country, language=facts.language, at=facts.first_seen_at or now
            )
        elif customer.pk:
            before.setdefault(customer, _told(customer))
        n_handles = clientele.attach(customer, pairs, now)
        was = _told(customer)
        customer.country = customer.country or facts.country
        customer.language = customer.language or facts.language
        customer.first_seen_at = min(customer.first_seen_at, facts.first_seen_at or customer.first_seen_at)
        if is_new:
            self.file_import.n_new += 1
        elif n_handles or was != _told(customer):
            self.file_import.n_changed += 1
        else:
            self.file_import.n_same += 1
        return customer

    def _keep_consents(self, told: list[tuple[Customer, Facts]], now: datetime) -> None:
        """A yes is kept once; a no in a file from the shop takes back the yes of that shop's files."""
        source = f"file of {self.file_import.shop or 'customers'}"
        purposes = {
            facts.purpose or self.file_import.purpose for _, facts in told if facts.consent is not None
        }
        numbers = {customer.pk for customer, _ in told}
        rows = list(Consent.objects.filter(customer__in=numbers, purpose__in=purposes))
        standing = {(row.customer_id, row.purpose): row for row in rows if row.withdrawn_at is None}
        taken_back = {(row.customer_id, row.purpose): row for row in rows if row.withdrawn_at is not None}
        new: dict[tuple[int, str], Consent] = {}
        for customer, facts in told:
            purpose = facts.purpose or self.file_import.purpose
            key = (customer.pk, purpose)
            if facts.consent is True and key not in standing:
                given_at = facts.consent_at or self.file_import.started_at
                ended = taken_back.get(key)
                # A file that does not say when they agreed cannot overrule what they took back.
                if ended is None or (
                    facts.consent_at and ended.withdrawn_at and facts.consent_at > ended.withdrawn_at
                ):
                    new[key] = Consent(customer=customer, purpose=purpose, given_at=given_at, source=source)
            elif facts.consent is False and key in standing and standing[key].source == source:
                Consent.objects.filter(pk=standing[key].pk).update(withdrawn_at=now)
        Consent.objects.bulk_create(new.values())


def _told(customer: Customer) -> tuple[str, str, datetime]:
    return customer.country, customer.language, customer.first_seen_at


def _end(file_import: CustomerImport, state: CustomerImport.State, problem: str = "") -> CustomerImport:
    file_import.state, file_import.problem, file_import.ended_at = state, problem, timezone.now()
    file_import.save()
    return file_import
