"""Where a phrase holds, in the words that roles use: countries, branches, divisions; nothing is everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from livingroom.branches.models import Branch
from livingroom.people.models import Staff
from livingroom.people.policy import Place, may, require, require_everywhere
from livingroom.shared.places import countries

KINDS = ("branch", "country", "division")


@dataclass(frozen=True)
class _Named:
    """A place that is only a name, so that the policy can be asked about it."""

    slug: str = ""
    country: str = ""
    division: str = ""
    name: str = ""

    def __str__(self) -> str:
        return self.name


def covers(places: Sequence[str], branch: Place) -> bool:
    """Say whether words that are kept for these places may be said on a branch."""
    have = {f"branch:{branch.slug}", f"country:{branch.country}", f"division:{branch.division}"}
    return not places or not have.isdisjoint(places)


def place_words(places: Sequence[str]) -> str:
    """As a form reads them: BR, branch:outlet."""
    return ", ".join(each.removeprefix("country:") for each in places)


def read_places(words: str) -> list[str]:
    """Read `BR, branch:outlet, division:Home`. Raises ValueError."""
    found = [_read(word.strip()) for word in words.split(",") if word.strip()]
    return list(dict.fromkeys(found))


def may_keep(staff: object, places: Sequence[str]) -> bool:
    """Say whether somebody may change what holds there: words for everywhere want a role that holds everywhere."""
    if not places:
        return may(staff, "publish") and isinstance(staff, Staff) and not staff.known_scopes
    return all(may(staff, "publish", place) for place in _asked(places))


def require_keep(staff: object, places: Sequence[str]) -> Staff:
    """Return the person when they may change what holds there. Raises PermissionDenied."""
    if not places:
        return require_everywhere(staff, "publish")
    for place in _asked(places):
        require(staff, "publish", place)
    return require(staff, "publish")


def _asked(places: Sequence[str]) -> list[Place]:
    """The places as the policy knows them; a branch with its own country and division."""
    slugs = [each.removeprefix("branch:") for each in places if each.startswith("branch:")]
    branches = {row.slug: row for row in Branch.objects.filter(slug__in=slugs)}
    found: list[Place] = []
    for each in places:
        kind, _, value = each.partition(":")
        if kind == "branch":
            found.append(branches.get(value) or _Named(slug=value, name=value))
        elif kind == "country":
            found.append(_Named(country=value, name=value))
        else:
            found.append(_Named(division=value, name=value))
    return found


def _read(word: str) -> str:
    kind, colon, value = (part.strip() for part in word.partition(":"))
    if not colon and word.upper() in countries():
        return f"country:{word.upper()}"
    kind = kind.lower()
    if not value or kind not in KINDS:
        raise ValueError(
            f"“{word}” is no place. Write a country’s two letters, branch:its-short-name or division:its name."
        )
    if kind == "branch" and not Branch.objects.filter(slug=value).exists():
        raise ValueError(f"There is no branch “{value}”.")
    return f"{kind}:{value.upper() if kind == 'country' else value}"
