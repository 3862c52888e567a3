"""What exactly is approved: everything a placement would show, as one value with a digest."""

import difflib
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from livingroom.posts.models import Placement
from livingroom.posts.phrases.filling import Said, said_by

NAMES = {
    "text": "Text",
    "first_comment": "First comment",
    "title": "Title",
    "leads_to": "Leads to",
    "for": "For",
    "offer": "Offer",
    "promise": "Promise",
    "code_kind": "Code",
    "n_codes": "Codes",
    "images": "Pictures",
    "may_split": "May become a thread",
    "goes_out": "Goes out",
}


@dataclass(frozen=True)
class Stretch:
    """A run of words; `kind` is same, added or taken."""

    words: str
    kind: str


@dataclass(frozen=True)
class Change:
    """One part of a placement as it was and as it is."""

    name: str
    stretches: list[Stretch]


def content_of(placement: Placement, said: Said | None = None) -> dict[str, Any]:
    """Return what would be published, but for the link and the code, which are made by us."""
    post, branch = placement.post, placement.branch
    images = post.images.select_related("item") if post.pk else []
    shown = [[image.item.digest, image.alt_on(branch)] for image in images]
    return content_with(placement, shown, said or said_by(placement))


def content_with(placement: Placement, images: list[list[str]], said: Said | None = None) -> dict[str, Any]:
    """Return the same where the pictures (digest, alternative text) and the words are known. Asks nobody."""
    post, offer = placement.post, placement.post.offer
    return {
        "title": post.title,
        "text": said.text if said else placement.text,
        "leads_to": post.destination or (offer.destination if offer else ""),
        "offer": offer.name if offer else "",
        "promise": offer.promise if offer else "",
        "code_kind": str(placement.code_kind),
        "n_codes": placement.n_codes,
        "first_comment": said.first_comment if said else post.first_comment,
        "may_split": post.may_split,
        "images": images,
        # A post for everybody has no such line: its digest is what it was before posts could be for some.
        **({"for": str(post.segment_version)} if post.segment_version else {}),
    }


def digest_of(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def changes(old: dict[str, Any] | None, new: dict[str, Any]) -> list[Change]:
    """Say what differs, part by part and word by word; with nothing to compare to, all of it is new."""
    names = [name for name in NAMES if new.get(name) or (old or {}).get(name)]
    rows = [(name, _words((old or {}).get(name)), _words(new.get(name))) for name in names]
    return [Change(NAMES[name], _stretches(before, after)) for name, before, after in rows if before != after]


def _words(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(f"{alt or 'not described'} (picture {digest[:8]})" for digest, alt in value)
    return "" if value in (None, 0) else str(value)


def _stretches(before: str, after: str) -> list[Stretch]:
    old, new = _pieces(before), _pieces(after)
    found: list[Stretch] = []
    for tag, start, end, begin, stop in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Stretch("".join(old[start:end]), "same"))
            continue
        found += [Stretch("".join(old[start:end]), "taken"), Stretch("".join(new[begin:stop]), "added")]
    return [stretch for stretch in found if stretch.words]


def _pieces(text: str) -> list[str]:
    """Words with the space that follows them."""
    pieces: list[str] = []
    for character in text:
        if pieces and (character.isspace() or not pieces[-1][-1].isspace()):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces
