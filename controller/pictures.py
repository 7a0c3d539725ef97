"""Images as they go to the bigger model and onto the screen: small, without metadata, and never trusted.

A file is judged by what is in it, not by its name, and measured before its pixels are unpacked.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from controller.errors import RogerError
from controller.turn import Picture

FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
JPEGS: Final = ("JPEG", "MPO")
"""Many phones keep a second picture in the same file, which Pillow calls MPO; the first is taken."""
MAX_BYTES: Final = 20 * 1024**2
MAX_PIXELS: Final = 24_000_000
"""Of 4 bytes each, up to four times over while a WebP with transparency is unpacked and scaled: 370 MB."""
MAX_PIXELS_JPEG: Final = 50_000_000
"""Unpacked no larger than needed: 160 MB for a progressive one, 90 MB for that of a phone with 12 million."""
LONGEST_PX: Final = 768
"""More is scaled down by most servers, and paid for."""
QUALITY: Final = 85
THUMBNAIL: Final = (64, 48)
"""Half of the OLED's width, and what is left of its height under a line of text."""
DIRECT_MODES: Final = ("L", "RGB", "CMYK")
"""What can be scaled as it is. A JPEG is never anything else, and then unpacked no larger than needed."""

warnings.simplefilter("error", Image.DecompressionBombWarning)  # for whoever else opens images in this process


@dataclass(frozen=True, slots=True)
class Prepared:
    """An image that may leave the device, and what the machine knows of it.

    Attributes:
        size: Width and height of the JPEG in pixels.
    """

    jpeg: bytes
    picture: Picture
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Measured:
    """What an image file says of itself: its format, and its size in pixels as it is stored."""

    format: str
    width: int
    height: int


def prepare(
    raw: bytes, source: str = "camera", rotate: int = 0, longest_px: int = LONGEST_PX, quality: int = QUALITY
) -> Prepared:
    """Scale an image down, turn it upright and encode it anew, so that nothing of its metadata is left.

    Of an animation the first picture is taken; what is transparent becomes white. Colours are taken as sRGB.

    Args:
        raw: JPEG, PNG, WebP, GIF or BMP.
        source: Where it came from, for machine and trace.
        rotate: Degrees, clockwise, a multiple of 90.
        longest_px: Of the longer side; smaller images stay as small as they are.
        quality: Of the JPEG, 1 to 95.

    Raises:
        RogerError: IMG-01 no image, or of another format; IMG-02 too large; IMG-03 broken.
    """
    image = _upright(raw, longest_px).rotate(-rotate, expand=True)
    jpeg, dots = _encoded(image, quality), _dithered(image)
    digest = hashlib.sha256(jpeg).hexdigest()[:16]
    return Prepared(jpeg, Picture(digest, source, dots.tobytes().hex(), dots.width), image.size)


def measured(raw: bytes) -> Measured:
    """Format and size, without unpacking the pixels. Raises `RogerError` IMG-xx as `prepare`."""
    with _opened(raw) as image:
        return Measured("JPEG" if image.format in JPEGS else str(image.format), *image.size)


def thumbnail(picture: Picture) -> Image.Image:
    """What the OLED shows of a picture, mode "1"."""
    dots = bytes.fromhex(picture.thumbnail)
    return Image.frombytes("1", (picture.width, len(dots) * 8 // picture.width), dots)


def _dithered(image: Image.Image) -> Image.Image:
    """`image` for the OLED, mode "1", at most 64x48; dark columns at the sides make its width a multiple of 8.

    Half stretched, half equalised: detail in the shade is to be seen without a bright wall turning grey.
    """
    scale = min(THUMBNAIL[0] / image.width, THUMBNAIL[1] / image.height)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    grey = image.convert("L").resize(size, Image.Resampling.LANCZOS)
    even = Image.blend(ImageOps.autocontrast(grey, cutoff=1), ImageOps.equalize(grey), 0.5)
    dots = even.filter(ImageFilter.UnsharpMask(radius=1.5, percent=120, threshold=0)).convert("1")
    canvas = Image.new("1", (-(-dots.width // 8) * 8, dots.height))
    canvas.paste(dots, ((canvas.width - dots.width) // 2, 0))
    return canvas


def _upright(raw: bytes, longest_px: int) -> Image.Image:
    """The image's pixels, mode "RGB", upright, scaled down, and with nothing else."""
    with _opened(raw) as image:
        try:
            scaled = image if image.mode in DIRECT_MODES and not image.has_transparency_data else _converted(image)
            scaled.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
            return _on_white(ImageOps.exif_transpose(scaled))
        except Exception as error:  # decoders raise whatever they stumble over
            raise RogerError("IMG-03", f"the image is broken: {error}", "choose another, or save it anew") from error


def _opened(raw: bytes) -> Image.Image:
    """The image, not yet unpacked."""
    if len(raw) > MAX_BYTES:
        message = f"the image has {len(raw) / 1024**2:.0f} MB, and {MAX_BYTES // 1024**2} MB are the most"
        raise RogerError("IMG-02", message, "scale it down, or save it as JPEG")
    try:
        image = Image.open(io.BytesIO(raw), formats=FORMATS)
    except UnidentifiedImageError:
        raise RogerError("IMG-01", "this is no image that Roger can read", "take JPEG, PNG, WebP, GIF or BMP") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels("far more pixels than a picture has", MAX_PIXELS_JPEG) from None
    except Exception as error:  # decoders raise whatever they stumble over
        raise RogerError("IMG-03", f"the image is broken: {error}", "choose another, or save it anew") from error
    most = MAX_PIXELS_JPEG if image.format in JPEGS else MAX_PIXELS
    if image.width * image.height > most:
        raise _too_many_pixels(f"{image.width} x {image.height} pixels", most)
    return image


def _too_many_pixels(size: str, most: int) -> RogerError:
    message = f"the image has {size}, and {most // 10**6} million are the most"
    return RogerError("IMG-02", message, "scale it down")


def _converted(image: Image.Image) -> Image.Image:
    """A palette, 16 bits or one bit a pixel as colours that can be scaled."""
    if image.mode.startswith("I"):  # 16 bits of grey, of which the upper 8 are seen
        return image.point(lambda value: value * (1 / 256)).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _on_white(image: Image.Image) -> Image.Image:
    """A new image, so that comments, profiles and positions of the old one stay behind."""
    canvas = Image.new("RGB", image.size, "white")
    if image.mode == "RGBA":
        canvas.paste(image, mask=image)
    else:
        canvas.paste(image.convert("RGB"))
    return canvas


def _encoded(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()
