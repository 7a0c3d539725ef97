"""Images as they go to the bigger model and onto the screen: checked, scaled, without what they tell of their maker."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from controller.errors import RogerError
from controller.turn import Picture

KINDS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
MOST_BYTES: Final = 20_000_000
MOST_PIXELS: Final = 50_000_000
"""A file of a few kilobytes can stand for gigabytes of pixels."""
LONGEST_PX: Final = 768
"""What vision models look at: more is scaled down by the server, and paid for."""
QUALITY: Final = 85
THUMBNAIL: Final = (64, 48)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An image that may leave the device, and what the machine knows of it.

    Attributes:
        size: Width and height of the JPEG in pixels.
    """

    jpeg: bytes
    picture: Picture
    size: tuple[int, int]


def prepare(raw: bytes, source: str = "camera", rotate: int = 0) -> Prepared:
    """Scale and re-encode an image of any of `KINDS`; of an animation, the first frame.

    Args:
        source: Where it comes from, for `Picture`.
        rotate: Degrees, clockwise.

    Raises:
        RogerError: IMG-01 where it is no image, IMG-02 where it is too large, IMG-03 where it is broken.
    """
    image = _scaled(_opened(raw), rotate)
    content = io.BytesIO()
    clean = Image.new("RGB", image.size)  # Pillow writes again what it read: EXIF, comments
    clean.paste(image)
    clean.save(content, "JPEG", quality=QUALITY)
    jpeg = content.getvalue()
    digest = hashlib.sha256(jpeg).hexdigest()[:16]
    return Prepared(jpeg, Picture(digest, source, *_thumbnail(image)), image.size)


def _opened(raw: bytes) -> Image.Image:
    if len(raw) > MOST_BYTES:
        raise RogerError("IMG-02", f"the image has {len(raw) / 1e6:.0f} MB", f"at most {MOST_BYTES / 1e6:.0f} MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit is below, and ours
            image = Image.open(io.BytesIO(raw), formats=KINDS)
    except (UnidentifiedImageError, OSError):
        raise RogerError("IMG-01", "this is no image", f"Roger looks at {', '.join(KINDS)}") from None
    except (Image.DecompressionBombError, ValueError, SyntaxError, OverflowError) as error:
        raise RogerError("IMG-02", f"the image cannot be opened: {error}", "save it smaller") from None
    if image.width * image.height > MOST_PIXELS:
        message = f"the image has {image.width} x {image.height} pixels"
        raise RogerError("IMG-02", message, f"at most {MOST_PIXELS // 1_000_000} million")
    return image


def _scaled(image: Image.Image, rotate: int) -> Image.Image:
    try:
        image.draft("RGB", (2 * LONGEST_PX, 2 * LONGEST_PX))  # a JPEG is decoded no larger than needed
        image = ImageOps.exif_transpose(image)
        if image.mode not in ("RGB", "L"):
            image = _on_white(image)
        image = image.convert("RGB")
    except (OSError, ValueError, SyntaxError, IndexError, EOFError, MemoryError) as error:
        raise RogerError("IMG-03", f"the image is broken: {error}", "save it again, or take another one") from None
    if rotate:
        image = image.rotate(-rotate, expand=True)
    image.thumbnail((LONGEST_PX, LONGEST_PX))
    return image


def _on_white(image: Image.Image) -> Image.Image:
    """What is transparent is white."""
    clear = image.convert("RGBA")
    white = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(white, clear)


def _thumbnail(image: Image.Image) -> tuple[str, int]:
    """For the OLED: rows as hexadecimal digits, and how wide they are."""
    grey = ImageOps.autocontrast(ImageOps.pad(image.convert("L"), THUMBNAIL, color=0), cutoff=1)
    return grey.convert("1").tobytes().hex(), THUMBNAIL[0]


def thumbnail(picture: Picture) -> Image.Image:
    """The dithered thumbnail of a picture, mode "1"."""
    rows = bytes.fromhex(picture.thumbnail)
    return Image.frombytes("1", (picture.width, len(rows) * 8 // picture.width), rows)
