"""One line per figure, and the same as JSON."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Line:
    name: str
    value: float
    unit: str
    ratio: float
    against: str
    bar: str
    met: bool

    def __str__(self) -> str:
        met = "met" if self.met else "NOT met"
        value = (
            f"{self.value:,.0f}"
            if abs(self.value) >= 100 or self.value == int(self.value)
            else f"{self.value:.2f}"
        )
        return f"{self.name}: {value} {self.unit}, ratio {self.ratio:.3g} x against {self.against} (bar: {self.bar}: {met})"


def show(lines: list[Line], *, as_json: bool) -> int:
    """Print; return an exit status that tells whether every bar is met."""
    print(json.dumps([asdict(line) for line in lines], indent=2) if as_json else "\n".join(map(str, lines)))
    return 0 if all(line.met for line in lines) else 1
