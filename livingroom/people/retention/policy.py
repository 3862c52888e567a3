"""The retention policy: one readable file, obeyed as it is written.

`retention.toml` beside this file is what a house begins with. HOME/retention.toml overrides it line by line: a line about the
same `what` takes the place of ours, and `keep = "for ever"` stops it.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from livingroom.people.retention.kinds import SAID, Kind, Then, kinds

PACKAGED = Path(__file__).with_name("retention.toml")
FOR_EVER = "for ever"
_LENGTH = re.compile(r"(\d{1,5})\s+(day|week|month|year)s?")
_DAYS = {"day": 1, "week": 7, "month": 30.4375, "year": 365.25}
_NAMES = {"what", "keep", "then", "why"}


class BadPolicy(ValueError):
    """The policy cannot be obeyed. `sentences` say where, what is wrong and what to do."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True)
class Rule:
    """One line of the policy. `keep_days` None is for ever."""

    what: str
    keep: str
    keep_days: int | None
    then: Then
    why: str
    is_own: bool  # from HOME/retention.toml

    @property
    def kind(self) -> Kind:
        return kinds()[self.what]

    @property
    def then_said(self) -> str:
        return SAID[self.then]

    @property
    def span(self) -> timedelta | None:
        return None if self.keep_days is None else timedelta(days=self.keep_days)


def own_file() -> Path:
    return Path(settings.HOME) / "retention.toml"


def read_policy() -> list[Rule]:
    """The rules that hold here, by what they are about. Raises BadPolicy."""
    problems: list[str] = []
    rules = _read(PACKAGED, problems)
    if own_file().exists():
        rules |= _read(own_file(), problems)
    missing = [name for name in kinds() if name not in rules]
    problems += [f"{PACKAGED.name}: there is no rule about {name!r}." for name in missing]
    if problems:
        raise BadPolicy(problems)
    return [rules[name] for name in sorted(rules)]


def _read(path: Path, problems: list[str]) -> dict[str, Rule]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        problems.append(f"{path.name} cannot be read as TOML: {problem}.")
        return {}
    lines = content.get("rule", [])
    if not isinstance(lines, list) or set(content) - {"rule"}:
        problems.append(
            f"{path.name} holds [[rule]] parts and nothing else; found {', '.join(sorted(content))}."
        )
        return {}
    rules: dict[str, Rule] = {}
    for number, line in enumerate(lines, 1):
        where = f"{path.name}, rule {number}"
        rule = _rule(line, where, path != PACKAGED, problems)
        if rule is not None and rule.what in rules:
            problems.append(f"{where}: there is a rule about {rule.what!r} already; keep one of them.")
        elif rule is not None:
            rules[rule.what] = rule
    return rules


def _rule(line: Mapping[str, Any], where: str, is_own: bool, problems: list[str]) -> Rule | None:
    found: list[str] = []
    texts = {name: str(line.get(name, "")).strip() for name in _NAMES}
    if unknown := sorted(set(line) - _NAMES):
        found.append(
            f"{where}: {', '.join(unknown)} means nothing here; a rule has what, keep, then and why."
        )
    if missing := sorted(name for name in _NAMES if not texts[name]):
        found.append(f"{where}: {', '.join(missing)} is missing.")
    kind = kinds().get(texts["what"])
    if texts["what"] and kind is None:
        found.append(f"{where}: nothing is called {texts['what']!r}; there are {', '.join(kinds())}.")
    days = _days_of(texts["keep"])
    if texts["keep"] and days is None and texts["keep"] != FOR_EVER:
        found.append(
            f"{where}: keep = {texts['keep']!r} is no length; write 30 days, 13 months, 3 years or for ever."
        )
    if kind and days is not None and days < kind.least_days:
        found.append(
            f"{where}: {kind.name} must be kept for {kind.least_days} days at least, or they are of no use."
        )
    if kind and texts["then"] and texts["then"] not in kind.thens:
        may = " or ".join(sorted(kind.thens))
        found.append(f"{where}: then = {texts['then']!r} cannot be done to {kind.name}; it may be {may}.")
    problems.extend(found)
    if found:
        return None
    then: Then = texts["then"]  # type: ignore[assignment]  # one of the kind's own, as was just asked
    return Rule(texts["what"], texts["keep"], days, then, texts["why"], is_own)


def _days_of(text: str) -> int | None:
    found = _LENGTH.fullmatch(text)
    return round(int(found[1]) * _DAYS[found[2]]) if found else None
