"""The rows of the table: the figures parted by what was asked, and by segments, which share people."""

from dataclasses import dataclass

from livingroom.branches.models import Branch
from livingroom.inbox.models import Team
from livingroom.inbox.reports.asking import NONE, Asked
from livingroom.inbox.reports.choosing import Chosen
from livingroom.inbox.reports.models import Subject
from livingroom.inbox.reports.reading import Service
from livingroom.segments.models import Segment
from livingroom.segments.privacy import shown
from livingroom.shared.paging import page_words, pages_of
from livingroom.shared.places import country_name, language_name

NOT_TOLD = "not told"
UNKNOWN = "Not known as customers"
PAGE = 12  # a row of a segment may hold most conversations, and each takes its own time
EVERY = 10_000
MOST = 30


@dataclass(frozen=True)
class Part:
    """Some conversations. `asked` leads to them alone; `people` says in words how many began them, for segments."""

    name: str
    asked: Asked
    service: Service
    is_told: bool = True
    people: str = ""


@dataclass(frozen=True)
class Parts:
    """One page of them, the largest first. `n_found` segments fit the search, `n_all` are in use."""

    rows: list[Part]
    n_found: int = 0
    n_all: int = 0
    page: int = 1

    @property
    def n_pages(self) -> int:
        return pages_of(self.n_found, PAGE)

    @property
    def words(self) -> str:
        return page_words(self.page, PAGE, self.n_found)


def parts_of(chosen: Chosen, found: Service, asked: Asked, *, is_whole: bool = False) -> Parts:
    """Part the figures; all rows for a file, one page of them otherwise."""
    if asked.split == "segment":
        return _by_segment(chosen, found, asked, is_whole=is_whole)
    rows = found.by(asked.split, at_most=EVERY if is_whole else MOST)
    names = names_of(asked.split, [value for value, _ in rows])
    few = chosen.values_of_few(chosen.everybody.packed.cases[asked.split]) if chosen.everybody else set()
    return Parts(
        [
            Part(
                names[value], _narrowed(asked, value, names[value]), part, chosen.is_told and value not in few
            )
            for value, part in rows
        ]
    )


def _by_segment(chosen: Chosen, found: Service, asked: Asked, *, is_whole: bool) -> Parts:
    """Segments with conversations, those that are told of first, then whoever is not known as a customer."""
    who = chosen.who
    sizes = {group: int(who.cases_in(group).sum()) for group in range(who.n_groups)}
    groups = [
        group
        for group, version in enumerate(chosen.versions)
        if sizes[group] and _fits(version.segment, asked.find)
    ]
    groups.sort(
        key=lambda group: (group in chosen.hidden, 0 if group in chosen.hidden else -sizes[group], group)
    )
    page = min(max(int(asked.segments_page or 1), 1), max(1, -(-len(groups) // PAGE)))
    rows = groups if is_whole else groups[(page - 1) * PAGE : page * PAGE]
    if sizes[who.unknown] and not asked.find:
        rows = [*rows, who.unknown]
    return Parts(
        [_segment(chosen, found, asked, group) for group in rows], len(groups), len(chosen.versions), page
    )


def _segment(chosen: Chosen, found: Service, asked: Asked, group: int) -> Part:
    who = chosen.who
    segment = None if group == who.unknown else chosen.versions[group].segment
    is_told, n = group not in chosen.hidden, int(who.people_in(group).sum())
    return Part(
        UNKNOWN if segment is None else segment.name,
        asked.about(segment=NONE if segment is None else segment.slug),
        found.only(who.cases_in(group)),
        is_told,
        f"{n:,}" if is_told else shown(n, chosen.smallest) if n < chosen.smallest else NOT_TOLD,
    )


def _fits(segment: Segment, search: str) -> bool:
    said = f"{segment.name} {segment.about}".casefold()
    return all(word in said for word in search.casefold().split())


def _narrowed(asked: Asked, value: int | bytes, name: str) -> Asked:
    """The same question about one row of the table."""
    text = value.decode() if isinstance(value, bytes) else str(value)
    if asked.split == "subject":
        text = name if value else ""
    return asked.about(**{asked.split: text or NONE})


def names_of(split: str, values: list[int | bytes]) -> dict[int | bytes, str]:
    """What numbers and codes are called."""
    if split in ("language", "country"):
        name = language_name if split == "language" else country_name
        codes = {value: value.decode() if isinstance(value, bytes) else str(value) for value in values}
        return {value: name(code) if code else "unknown" for value, code in codes.items()}
    tables = {"branch": Branch.objects, "team": Team.objects, "subject": Subject.objects}
    known = dict(tables[split].filter(pk__in=values).values_list("pk", "name"))
    return {value: known.get(value, "none") for value in values}
