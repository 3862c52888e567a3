"""A post as somebody wrote it, before it is rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from livingroom.branches.models import Branch
from livingroom.posts.media.models import MediaItem
from livingroom.posts.models import Offer, Placement, Post
from livingroom.posts.phrases.models import Phrase
from livingroom.segments.models import SegmentVersion


@dataclass(frozen=True)
class PostDraft:
    """What a person wrote: once for all branches, and where it differs."""

    title: str
    text: str
    destination: str = ""
    offer: Offer | None = None
    code_kind: str = Placement.Codes.NONE
    n_codes: int = 0
    branches: tuple[Branch, ...] = ()
    overrides: Mapping[int, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    first_comment: str = ""
    may_split: bool = False
    images: tuple[tuple[MediaItem, str], ...] = ()  # each with its own alt text, empty for the library's
    # What is said of a picture (by its key) in a language or on a branch, as PostImage.alts has it.
    alts: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    signing: str = Post.Signing.USUAL
    begun_from: Phrase | None = None
    segment: SegmentVersion | None = None  # whom it is for, when not for everybody

    def text_on(self, branch: Branch) -> str:
        return self.overrides.get(branch.pk, "").strip() or self.text
