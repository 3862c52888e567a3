"""What a round of shipping did, ready to print."""

from dataclasses import dataclass, field

from livingroom.links.redirector.gaps import Gap


@dataclass
class ShippingReport:
    clicks: int = 0
    segments: int = 0
    already_shipped: int = 0
    poisoned: list[str] = field(default_factory=list)
    clicks_of_unknown_links: int = 0
    files_merged: int = 0
    gaps: list[Gap] = field(default_factory=list)
    is_busy: bool = False  # another process is shipping

    def __str__(self) -> str:
        if self.is_busy:
            return "Another process is shipping."
        parts = [f"{self.clicks:,} clicks from {self.segments} segments reached the lake."]
        if self.already_shipped:
            parts.append(
                f"{self.already_shipped} segments had been shipped before; nothing was counted twice."
            )
        parts += [f"Set aside: {text}" for text in self.poisoned]
        if self.clicks_of_unknown_links:
            parts.append(
                f"{self.clicks_of_unknown_links} clicks are of links that are no longer in the records."
            )
        lost = sum(gap.clicks for gap in self.gaps)
        if lost:
            parts.append(
                f"{lost:,} clicks could not be recorded when they happened ({self.gaps[-1].reason})."
            )
        return " ".join(parts)
