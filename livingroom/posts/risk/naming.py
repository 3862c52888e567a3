"""How links are named: the brand's convention, a branch's own, an offer's own, in words with variables.

`{network}`, `{branch}`, `{country}`, `{language}`, `{division}`, `{purpose}`, `{offer}`, `{title}`, `{year}`, `{month}`.
The names are made when the link is, whatever stands in the address that somebody pasted.
"""

import re
from datetime import datetime

from livingroom.branches.models import Branch
from livingroom.posts.media.models import DeskRules
from livingroom.posts.models import Placement
from livingroom.posts.risk.models import BranchRules

VARIABLES = (
    "network", "branch", "country", "language", "division", "purpose", "offer", "title", "year", "month",
)  # fmt: skip
FIELDS = ("utm_source", "utm_medium", "utm_campaign")
_VARIABLE = re.compile(r"\{([a-z_]*)\}")


def unknown_variables(pattern: str) -> list[str]:
    return [name for name in _VARIABLE.findall(pattern) if name not in VARIABLES]


def utm_for(placement: Placement, now: datetime) -> dict[str, str]:
    """The UTM keys that this placement's link must carry; what nobody chose is left to the house's custom."""
    rules = BranchRules.objects.filter(branch=placement.branch).first()
    return utm_by(placement, rules, DeskRules.current(), now)


def utm_by(placement: Placement, rules: BranchRules | None, desk: DeskRules, now: datetime) -> dict[str, str]:
    """The same by rules that were read already."""
    offer, words = placement.post.offer, _words(placement, now)
    found = {}
    for name in FIELDS:
        own = [offer.utm_campaign] if offer and name == "utm_campaign" else []
        chosen = [*own, getattr(rules, name, ""), getattr(desk, name)]
        pattern = next((text for text in chosen if text), "")
        if value := plain(_VARIABLE.sub(lambda match: words.get(match[1], ""), pattern)):
            found[name] = value
    return found


def plain(text: str) -> str:
    """Small letters, digits, dashes and underscores: names that group the same in every tool."""
    kept = "".join(
        character if character.isalnum() or character == "_" else " " for character in text.lower()
    )
    return "-".join(kept.split())[:80]


def _words(placement: Placement, now: datetime) -> dict[str, str]:
    branch: Branch = placement.branch
    due_at = (placement.due_at or now).astimezone(branch.zone)
    return {
        "network": branch.network,
        "branch": branch.slug,
        "country": branch.country or "world",
        "language": branch.language,
        "division": branch.division,
        "purpose": branch.purpose,
        "offer": placement.post.offer.name if placement.post.offer else "",
        "title": placement.post.title,
        "year": f"{due_at:%Y}",
        "month": f"{due_at:%m}",
    }
