"""Filters for a claim's picture and for the figures that differ between two versions."""

from collections.abc import Mapping

from django import template

register = template.Library()

WIDE = 0.05


@register.filter
def part(share: float) -> str:
    """A share of the picture's width as CSS takes it, whatever the language of the page."""
    return f"{min(1.0, max(0.0, share)) * 100:.3f}%"


@register.filter
def is_wide(segment: Mapping[str, float]) -> bool:
    """Whether a letter fits in."""
    return segment["to"] - segment["from"] > WIDE


@register.filter
def figure_name(path: str) -> str:
    """figures.grades.A.revenue_minor as grades › A › revenue (minor units)."""
    words = path.removeprefix("figures.").replace("[", ".").replace("]", "").split(".")
    return " › ".join(word.removesuffix("_minor").replace("_", " ") for word in words)


@register.filter
def figure_value(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4f}"
