"""Nothing is written into somebody's feed; a draft is shown as plain words. Pure."""

from livingroom.networks.interface import Draft, Limits, Rendered
from livingroom.networks.rendering import render_text

LIMITS = Limits(graphemes=20_000, parts=1)


def render(draft: Draft, link: str = "", limits: Limits = LIMITS) -> list[Rendered]:
    return render_text(draft, link, limits, card=None, append_link=True)
