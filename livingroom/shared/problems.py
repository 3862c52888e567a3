"""What a person can fix is a value, shown next to the field it is about."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    text: str
    field: str = ""
    blocks: bool = True
