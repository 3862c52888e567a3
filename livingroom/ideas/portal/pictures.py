"""Pictures of ideas: cleaned when they come in, kept aside until the letter of who sent them was opened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse

from livingroom.ideas.models import Idea, Picture
from livingroom.people.members.doing import CannotDo, Given
from livingroom.posts.media.storage import keep
from livingroom.shared import pictures

AT_MOST = 4
BYTES_AT_MOST = 8_000_000
SIDE_AT_MOST = 1600
FITTED_BYTES = 900_000
WAITING = "ideas/waiting"
WAITS_FOR = timedelta(days=2)


class BadPicture(CannotDo):
    """It cannot be taken; `name` is the file's, the words say why, `key` and `given` for pages that speak other languages."""

    def __init__(self, name: str, why: pictures.NotAPicture) -> None:
        super().__init__(f"{name}: {why}")
        self.name, self.key, self.given = name, why.key, why.given


@dataclass(frozen=True)
class Shown:
    """A picture ready to print."""

    url: str
    alt: str
    width: int
    height: int


def set_aside(files: "Sequence[UploadedFile[bytes]]", alt: str) -> list[Given]:
    """Clean what was sent and keep it where nobody is served from. Returns what a deed can carry. Raises BadPicture."""
    kept: list[Given] = []
    for file in files[:AT_MOST]:
        picture = _cleaned(file)
        path = f"{WAITING}/{picture.digest}.{picture.ending}"
        if not default_storage.exists(path):
            default_storage.save(path, ContentFile(picture.content))
        kept.append({"digest": picture.digest, "ending": picture.ending, "alt": alt.strip()[:300],
                     "width": picture.width, "height": picture.height})  # fmt: skip
    return kept


def attach(idea: Idea, kept: Iterable[Given], now: datetime) -> int:
    """Give an idea what was set aside; harmless to repeat. What is there no more is left out. Returns how many it has."""
    room = AT_MOST - idea.pictures.count()
    for one in islice(kept, max(room, 0)):
        name = f"{one['digest']}.{one['ending']}"
        try:
            with default_storage.open(f"{WAITING}/{name}") as file:
                content: bytes = file.read()
        except FileNotFoundError:
            continue
        media_type = next(kind for kind, ending in pictures.ENDINGS.items() if ending == one["ending"])
        keep(pictures.Picture(content, media_type, one["width"], one["height"]))
        facts = {"alt": one["alt"], "width": one["width"], "height": one["height"], "at": now}
        Picture.objects.get_or_create(idea=idea, name=name, defaults=facts)
    return idea.pictures.count()


def shown(idea: Idea) -> list[Shown]:
    rows = idea.pictures.order_by("at", "pk")
    return [
        Shown(reverse("media_file", args=row.name.split(".")), row.alt, row.width, row.height) for row in rows
    ]


def forget_waiting(now: datetime) -> int:
    """What nobody's letter came for is deleted. Returns how many."""
    try:
        _, names = default_storage.listdir(WAITING)
    except FileNotFoundError:
        return 0
    old = [
        path
        for name in names
        if default_storage.get_modified_time(path := f"{WAITING}/{name}") < now - WAITS_FOR
    ]
    for path in old:
        default_storage.delete(path)
    return len(old)


def _cleaned(file: "UploadedFile[bytes]") -> pictures.Picture:
    name = file.name or ""
    try:
        if (size := file.size or 0) > BYTES_AT_MOST:
            mb, most = round(size / 1e6), BYTES_AT_MOST // 1_000_000
            raise pictures.NotAPicture(f"It has {mb} MB; at most {most} MB.", "too_heavy", mb=mb, most=most)
        clean = pictures.clean_picture(file.read())
        return pictures.fit_picture(clean.content, max_bytes=FITTED_BYTES, max_side=SIDE_AT_MOST)
    except pictures.NotAPicture as problem:
        raise BadPicture(name, problem) from None
