"""How each network shows a post, as data: where it folds, how it lays out pictures, how it writes addresses, what stands below.

Where a network folds is what was seen in 2026; none of them promises it, so the preview says *about*.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Look:
    """`fold_characters` and `fold_lines` are where the rest is hidden behind `more`; 0 is never."""

    network: str
    layout: str  # the template: status, page, photo, article, topic, wiki, comment, plain
    fold_characters: int = 0
    fold_lines: int = 0
    line_length: int = 60  # characters that fit into a line there, about
    more: str = "… more"
    grid: str = "mosaic"  # mosaic, strip (one at a time) or rows (below each other)
    images_shown: int = 4
    address_length: int = 0  # 0 writes addresses in full
    at_sign: bool = False
    makes_card: bool = False  # the network draws the card itself, from the page
    deeds: tuple[str, ...] = ()
    note: str = ""


_PLAIN = Look("", "plain", grid="rows", images_shown=20)
_ALL = (
    Look("bluesky", "status", address_length=30, at_sign=True, deeds=("reply", "repost", "like", "share")),
    Look(
        "mastodon",
        "status",
        fold_lines=15,
        more="Read more",
        address_length=30,
        at_sign=True,
        makes_card=True,
        deeds=("reply", "boost", "favourite", "bookmark"),
    ),
    Look(
        "x",
        "status",
        fold_characters=280,
        more="Show more",
        address_length=26,
        at_sign=True,
        makes_card=True,
        deeds=("reply", "repost", "like", "bookmark"),
    ),
    Look(
        "facebook",
        "page",
        fold_characters=477,
        fold_lines=5,
        line_length=95,
        more="… See more",
        images_shown=5,
        deeds=("like", "comment", "share"),
    ),
    Look(
        "instagram",
        "photo",
        fold_characters=125,
        fold_lines=2,
        grid="strip",
        images_shown=1,
        deeds=("like", "comment", "share"),
        note="Addresses cannot be clicked here.",
    ),
    Look("youtube", "comment", fold_lines=4, line_length=90, more="Read more", at_sign=True, deeds=("like", "reply")),
    Look("flickr", "photo", grid="strip", images_shown=1, deeds=("favourite", "comment")),
    Look("wordpress", "article", grid="rows", images_shown=20),
    Look("discourse", "topic", grid="rows", images_shown=10, deeds=("like", "reply", "share")),
    Look("mediawiki", "wiki", note="Hashtags become categories. A wiki page shows no pictures from here."),
    replace(
        _PLAIN, network="sandbox", layout="status", grid="mosaic", images_shown=4, at_sign=True,
        deeds=("reply", "repost", "like"),
    ),
)  # fmt: skip
LOOKS = {look.network: look for look in _ALL}


def look_of(network: str) -> Look:
    """The network's own look, or words and pictures below each other."""
    return LOOKS.get(network, replace(_PLAIN, network=network))
