"""What a picture really is, whatever its name says; and the same picture clean, or small enough. Pure.

What comes in is decoded and written anew from its points alone, so that no place, no camera, no comment and nothing that
only looks like a picture goes on. Pillow is imported when it is needed.
"""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image as Pillow

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
UPLOAD_AT_MOST = 20_000_000
POINTS_AT_MOST = 50_000_000
SIDE_AT_MOST = 12_000
STORED_SIDE = 4096
QUALITIES = (88, 80, 70, 60, 50, 40)
SMALLEST_SIDE = 320


class NotAPicture(ValueError):
    """It cannot be taken; the text says why, for whoever chose it. `key` and `given` are for pages that speak other languages."""

    def __init__(self, text: str, key: str, **given: int | str) -> None:
        super().__init__(text)
        self.key, self.given = key, given


@dataclass(frozen=True)
class Picture:
    """A clean picture: JPEG, or PNG where it is see-through."""

    content: bytes
    media_type: str
    width: int
    height: int

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def ending(self) -> str:
        return ENDINGS[self.media_type]


ENDINGS = {"image/jpeg": "jpg", "image/png": "png"}


def clean_picture(content: bytes) -> Picture:
    """Look at what was sent in, and write it anew without anything but the picture. Raises NotAPicture."""
    if len(content) > UPLOAD_AT_MOST:
        raise _too_heavy(content)
    if not content:
        raise NotAPicture("The file is empty.", "empty")
    return _written(_scaled(_decoded(content), STORED_SIDE), QUALITIES[0])


def fit_picture(content: bytes, *, max_bytes: int | None, max_side: int | None) -> Picture:
    """Make a clean picture as small as a network wants it. Raises NotAPicture when no size is small enough."""
    image = _decoded(content)
    side = min(max_side or STORED_SIDE, max(image.size))
    while side >= min(SMALLEST_SIDE, max(image.size)):
        smaller = _scaled(image, side)
        for quality in QUALITIES:
            made = _written(smaller, quality)
            if max_bytes is None or len(made.content) <= max_bytes:
                return made
            if made.media_type == "image/png":
                break  # no quality to give up: only a smaller one helps
        side = side * 3 // 4
    raise NotAPicture(f"It cannot be made smaller than {max_bytes:,} bytes and still be seen.", "stays_large")


def square_picture(content: bytes, side: int) -> Picture:
    """Cut the middle square out of what was sent in and write it anew, `side` points wide. Raises NotAPicture."""
    if len(content) > UPLOAD_AT_MOST:
        raise _too_heavy(content)
    from PIL import Image, ImageOps

    # What is see-through stands on white: a face is drawn on light and on dark pages alike.
    image = _decoded(content)
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return _written(ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS), QUALITIES[0])


def _too_heavy(content: bytes) -> NotAPicture:
    mb, most = round(len(content) / 1e6), UPLOAD_AT_MOST // 1_000_000
    return NotAPicture(f"It has {mb} MB; at most {most} MB.", "too_heavy", mb=mb, most=most)


def _decoded(content: bytes) -> "Pillow.Image":
    """The points of a picture, upright, in sRGB, with nothing else. Its size is asked before its points are made."""
    from PIL import Image, ImageOps

    try:
        with Image.open(BytesIO(content), formats=FORMATS) as opened:
            _refuse_sizes(opened.size)
            if getattr(opened, "n_frames", 1) > 1:
                raise NotAPicture("It moves: only still pictures can be sent.", "moves")
            opened.load()
            upright = ImageOps.exif_transpose(_in_srgb(opened))
            return _points_only(upright)
    except NotAPicture:
        raise
    except Image.DecompressionBombError:
        raise NotAPicture("It would unfold to more than any screen shows.", "unfolds") from None
    except Exception as error:  # decoders fail in any way they like on what somebody made up
        kinds = "JPEG, PNG, WebP or GIF"
        text = f"This is no whole picture of a kind we take ({kinds})."
        raise NotAPicture(text, "not_whole", kinds=kinds) from error


def _refuse_sizes(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > POINTS_AT_MOST or max(size) > SIDE_AT_MOST:
        points = POINTS_AT_MOST // 1_000_000
        text = f"{width:,} × {height:,} points; at most {SIDE_AT_MOST:,} a side and {points} million."
        raise NotAPicture(text, "too_wide", width=width, height=height, side=SIDE_AT_MOST, points=points)
    if min(size) < 2:
        raise NotAPicture("There is nothing to be seen on it.", "nothing")


def _in_srgb(image: "Pillow.Image") -> "Pillow.Image":
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA"):
        return image
    from PIL import ImageCms

    try:
        srgb = ImageCms.createProfile("sRGB")
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, source, srgb, outputMode=image.mode) or image
    except ImageCms.PyCMSError:
        return image  # colours may be a little off; the picture is not


def _points_only(image: "Pillow.Image") -> "Pillow.Image":
    from PIL import Image

    has_alpha = "A" in image.getbands() or "transparency" in image.info
    mode = "RGBA" if has_alpha else "RGB"
    made = Image.new(mode, image.size)
    made.paste(image.convert(mode))
    return made


def _scaled(image: "Pillow.Image", side: int) -> "Pillow.Image":
    if max(image.size) <= side:
        return image
    factor = side / max(image.size)
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    from PIL import Image

    return image.resize(size, Image.Resampling.LANCZOS)


def _written(image: "Pillow.Image", quality: int) -> Picture:
    target = BytesIO()
    if image.mode == "RGBA" and image.getchannel("A").getextrema() != (255, 255):
        image.save(target, "PNG", optimize=True)
        return Picture(target.getvalue(), "image/png", *image.size)
    image.convert("RGB").save(target, "JPEG", quality=quality, optimize=True, progressive=True)
    return Picture(target.getvalue(), "image/jpeg", *image.size)
