"""The fields in which a picture of a post is described otherwise: in a language, or on one branch alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from livingroom.branches.models import Branch
from livingroom.posts.media.models import MediaItem
from livingroom.shared.places import language_name

BRANCHES_AT_MOST = 40


@dataclass(frozen=True)
class AltField:
    name: str
    label: str
    value: str
    language: str


@dataclass(frozen=True)
class Described:
    """One picture with its fields; `kept` are those that no chosen branch asks for now."""

    item: MediaItem
    otherwise: str
    languages: list[AltField]
    branches: list[AltField]
    kept: list[AltField]

    @property
    def is_open(self) -> bool:
        return self.has_own or any(field.value for field in self.languages)

    @property
    def has_own(self) -> bool:
        return any(field.value for field in self.branches)


def described(
    pictures: Iterable[tuple[MediaItem, str]],
    branches: Iterable[Branch],
    alts: Mapping[int, Mapping[str, str]],
) -> list[Described]:
    """The fields for these pictures (with what is said of each for all) on these branches."""
    chosen = list(branches)
    return [_fields(item, alt or item.alt, chosen, alts.get(item.pk, {})) for item, alt in pictures]


def shown_key(pictures: Iterable[int], branches: Iterable[int]) -> str:
    """What the fields are made from: while it stays, they are not drawn anew under somebody's hands."""
    return f"{'-'.join(map(str, pictures))}.{'-'.join(map(str, sorted(branches)))}"


def _fields(item: MediaItem, otherwise: str, branches: list[Branch], alts: Mapping[str, str]) -> Described:
    codes = sorted({branch.language.lower() for branch in branches})
    languages = [
        AltField(f"alt_{item.pk}_{code}", language_name(code), alts.get(code, ""), code) for code in codes
    ]
    own = [
        AltField(f"alt_{item.pk}_{row.pk}", row.name, alts.get(str(row.pk), ""), row.language)
        for row in branches[:BRANCHES_AT_MOST]
    ]
    shown = {field.name for field in (*languages, *own)}
    kept = [AltField(f"alt_{item.pk}_{key}", key, value, "") for key, value in alts.items() if value]
    return Described(item, otherwise, languages, own, [field for field in kept if field.name not in shown])
