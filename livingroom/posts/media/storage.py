"""Where pictures lie: under the digest of their content, so that none is stored twice and none changes."""

from functools import lru_cache

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from livingroom.networks.interface import Image, Limits
from livingroom.shared.pictures import ENDINGS, Picture, fit_picture

DEFAULT_BYTES = 10_000_000


def keep(picture: Picture) -> None:
    """Store a picture, if it is not there."""
    path = path_of(picture.digest, picture.ending)
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(picture.content))


def read(digest: str, ending: str) -> bytes:
    """Raises FileNotFoundError."""
    with default_storage.open(path_of(digest, ending)) as file:
        content: bytes = file.read()
    return content


def path_of(digest: str, ending: str) -> str:
    return f"pictures/{digest[:2]}/{digest}.{ending}"


def image_for(digest: str, media_type: str, alt: str, limits: Limits) -> Image:
    """The picture as a network takes it: made smaller where it must be. Raises NotAPicture, FileNotFoundError."""
    max_bytes = limits.image_bytes or DEFAULT_BYTES
    picture = _fitted(digest, media_type, max_bytes, limits.image_side)
    return Image(picture.content, picture.media_type, alt, _address(picture))


def sample_image(digest: str, media_type: str, alt: str) -> Image:
    """Stands for a picture while somebody writes: nothing is read or made smaller for it."""
    return Image(
        b"", media_type, alt, settings.PUBLIC_URL + reverse("media_file", args=[digest, ENDINGS[media_type]])
    )


@lru_cache(maxsize=16)  # one post goes to many branches; the content under a digest never changes
def _fitted(digest: str, media_type: str, max_bytes: int, max_side: int | None) -> Picture:
    content = read(digest, ENDINGS[media_type])
    picture = (
        fit_picture(content, max_bytes=max_bytes, max_side=max_side)
        if _is_big(content, max_bytes, max_side)
        else Picture(content, media_type, *_size_of(content))
    )
    keep(picture)
    return picture


def _is_big(content: bytes, max_bytes: int, max_side: int | None) -> bool:
    return len(content) > max_bytes or bool(max_side and max(_size_of(content)) > max_side)


def _size_of(content: bytes) -> tuple[int, int]:
    from io import BytesIO

    from PIL import Image as Pillow

    with Pillow.open(BytesIO(content)) as opened:
        size: tuple[int, int] = opened.size
    return size


def _address(picture: Picture) -> str:
    return settings.PUBLIC_URL + reverse("media_file", args=[picture.digest, picture.ending])
