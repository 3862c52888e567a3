"""The builder's state: groups of conditions as a form sends them, without a script. Deeper rules are written as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from livingroom.segments.builder_row import Row
from livingroom.segments.facts import offered_facts
from livingroom.segments.parsing import RuleProblem, parse
from livingroom.segments.rules import All, AnyOf, Condition, Not, Rule
from livingroom.shared.money import from_minor

JOINS = {"all": "All of these", "any": "Any of these", "none": "None of these"}
MOST_GROUPS, MOST_ROWS = 8, 20


@dataclass
class Group:
    join: str = "all"
    rows: list[Row] = field(default_factory=list)


@dataclass
class Draft:
    """What stands in the builder: groups, of which all or any must fit."""

    top: str = "all"
    groups: list[Group] = field(default_factory=list)

    @classmethod
    def empty(cls) -> "Draft":
        return cls("all", [Group("all", [Row("country", "is")])])

    @classmethod
    def posted(cls, data: QueryDict) -> "Draft":
        """Read the form, then do what the pressed button asks."""
        draft = cls("any" if data.get("top") == "any" else "all")
        for number in range(MOST_GROUPS):
            if f"g{number}_join" not in data:
                continue
            join = data.get(f"g{number}_join", "")
            group = Group(join if join in JOINS else "all")
            for place in range(MOST_ROWS):
                key = f"g{number}c{place}"
                if f"{key}_fact" in data:
                    group.rows.append(_row(data, key))
            draft.groups.append(group)
        draft._press(data)
        return draft

    def _press(self, data: Mapping[str, Any]) -> None:
        """Buttons: add_row=<group>, add_group, remove=<group>.<row>."""
        group, _, row = str(data.get("remove", "")).partition(".")
        if group.isdecimal() and row.isdecimal() and int(group) < len(self.groups):
            rows = self.groups[int(group)].rows
            if int(row) < len(rows):
                rows.pop(int(row))
        wanted = str(data.get("add_row", ""))
        if wanted.isdecimal() and int(wanted) < len(self.groups):
            rows = self.groups[int(wanted)].rows
            if len(rows) < MOST_ROWS:
                rows.append(Row("interest", "is"))
        self.groups = [group for group in self.groups if group.rows]
        if ("add_group" in data or not self.groups) and len(self.groups) < MOST_GROUPS:
            self.groups.append(
                Group(
                    "all" if not self.groups else "any", [Row("interest" if self.groups else "country", "is")]
                )
            )

    @classmethod
    def of(cls, rule: Rule, currency: str) -> "Draft | None":
        """The rule as groups; None where it is nested deeper than the builder shows."""
        top = "any" if isinstance(rule, AnyOf) else "all"
        parts = rule.parts if isinstance(rule, All | AnyOf) else (rule,)
        draft = cls(top)
        loose = Group(top)
        for part in parts:
            if isinstance(part, Condition):
                if not loose.rows:
                    draft.groups.append(loose)
                loose.rows.append(_row_of(part, currency))
                continue
            group = _group_of(part, currency)
            if group is None:
                return None
            draft.groups.append(group)
        fits = len(draft.groups) <= MOST_GROUPS and all(
            len(group.rows) <= MOST_ROWS for group in draft.groups
        )
        return draft if fits else None

    def told(self, currency: str, *, is_unfinished: bool = False) -> dict[str, Any]:
        """The rule as JSON; what is wrong is written on its row. Raises RuleProblem with the first of it.

        While somebody writes, conditions without a value are passed over.
        """
        wrong: RuleProblem | None = None
        groups = []
        for group in self.groups:
            parts = []
            for row in group.rows:
                if is_unfinished and not row.values:
                    continue
                try:
                    parts.append(row.told(currency))
                except RuleProblem as problem:
                    row.problem = problem.text
                    wrong = wrong or problem
            if parts:
                groups.append((group.join, parts))
        if wrong is not None:
            raise wrong
        told = _joined(self.top, groups)
        parse(told)
        return told

    def numbered(self) -> "Draft":
        """With the names that the form's fields take."""
        for number, group in enumerate(self.groups):
            for place, row in enumerate(group.rows):
                row.key = f"g{number}c{place}"
        return self


def fact_choices() -> list[tuple[str, str]]:
    return [(fact.name, fact.label) for fact in offered_facts()]


def _joined(top: str, groups: Sequence[tuple[str, list[dict[str, Any]]]]) -> dict[str, Any]:
    parts: list[dict[str, Any]] = []
    for join, rows in groups:
        if join == top:
            parts += rows  # a group joined as the whole is no group of its own
        elif join == "none":
            parts.append({"not": {"any": rows}})
        else:
            parts.append({join: rows} if len(rows) > 1 else rows[0])
    return {top: parts}


def _row(data: QueryDict, key: str) -> Row:
    row = Row(data.get(f"{key}_fact", ""), data.get(f"{key}_operator", ""))
    row.values = [value.strip() for value in data.getlist(f"{key}_value") if value.strip()]
    names = [name for name, _ in row.operators]
    if row.operator not in names:  # another fact was chosen
        row.operator = names[0] if names else ""
    if data.get(f"{key}_was", row.fact) != row.fact:
        row.values = []
    return row


def _row_of(asked: Condition, currency: str) -> Row:
    value = asked.value
    if isinstance(value, tuple):
        return Row(asked.fact, asked.operator, [str(one) for one in value])
    row = Row(asked.fact, asked.operator, [str(value)])
    if row.control == "money" and isinstance(value, int):
        row.values = [str(from_minor(value, currency))]
    return row


def _group_of(part: Rule, currency: str) -> Group | None:
    join = "all"
    if isinstance(part, Not):
        join, part = "none", part.part
        if isinstance(part, All) and len(part.parts) > 1:
            return None
    elif isinstance(part, AnyOf):
        join = "any"
    rows = part.parts if isinstance(part, All | AnyOf) else (part,)
    conditions = [row for row in rows if isinstance(row, Condition)]
    return (
        Group(join, [_row_of(row, currency) for row in conditions]) if len(conditions) == len(rows) else None
    )
