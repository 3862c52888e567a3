"""An answer as YouTube shows it: plain text, at most 10,000 characters. Pure. Videos are not uploaded from here."""

from dataclasses import replace

from livingroom.networks.interface import Draft, Limits, Rendered
from livingroom.networks.rendering import render_text

LIMITS = Limits(graphemes=10_000, utf8_bytes=40_000, parts=1)


def render(draft: Draft, link: str = "", limits: Limits = LIMITS) -> list[Rendered]:
    return render_text(replace(draft, may_split=False), link, limits, card=None, append_link=True)
