"""What leaves the device is a small JPEG that tells nothing of who made it; what is no image is refused unharmed."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from controller.album import KEPT, Album
from controller.errors import RogerError
from controller.pictures import LONGEST_PX, THUMBNAIL, prepare, thumbnail
from controller.turn import Picture


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def seen(raw: bytes, rotate: int = 0) -> Image.Image:
    return Image.open(io.BytesIO(prepare(raw, rotate=rotate).jpeg))


PHOTO = encoded(Image.linear_gradient("L").resize((1600, 1200)).convert("RGB"), "JPEG")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1"])
def test_every_kind_of_image_becomes_a_small_jpeg(kind: str, mode: str) -> None:
    if kind == "JPEG" and mode in ("P", "1"):
        mode = "L"
    image = seen(encoded(Image.new("RGB", (2000, 1000), "orange").convert(mode), kind))
    assert (image.format, image.size, image.mode) == ("JPEG", (LONGEST_PX, LONGEST_PX // 2), "RGB")


def test_where_and_when_it_was_taken_stays_here() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)  # GPS latitude
    raw = encoded(Image.new("RGB", (40, 30)), "JPEG", exif=exif, comment=b"home")
    assert b"Secret Camera" in raw
    jpeg = prepare(raw).jpeg
    assert b"Secret Camera" not in jpeg
    assert b"home" not in jpeg
    assert not Image.open(io.BytesIO(jpeg)).getexif()


def test_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side
    assert seen(encoded(Image.new("RGB", (40, 30)), "JPEG", exif=exif)).size == (30, 40)
    assert seen(encoded(Image.new("RGB", (40, 30))), rotate=90).size == (30, 40)


def test_what_is_transparent_is_white() -> None:
    pixel = seen(encoded(Image.new("RGBA", (40, 30), (255, 0, 0, 0)))).getpixel((5, 5))
    assert isinstance(pixel, tuple)
    assert min(pixel) > 250


def test_the_thumbnail_shows_light_and_dark() -> None:
    small = thumbnail(prepare(PHOTO).picture)
    assert (small.size, small.mode) == (THUMBNAIL, "1")
    top, bottom = (sum(small.crop(box).convert("L").tobytes()) for box in ((0, 0, 64, 16), (0, 32, 64, 48)))
    assert bottom > 3 * top


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says that it is large."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "IMG-01"),
        (b"GIF89a", "IMG-01"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "IMG-01"),
        (b"%PDF-1.7", "IMG-01"),
        (bomb(60_000, 60_000), "IMG-02"),
        (bomb(8_000, 8_000), "IMG-02"),
        (b"\xff" * 20_000_001, "IMG-02"),
        (PHOTO[: len(PHOTO) // 2], "IMG-03"),
        (bomb(100, 100), "IMG-03"),
    ],
    ids=["nothing", "a beginning", "svg", "pdf", "bomb", "small bomb", "bytes", "half", "no pixels"],
)
def test_what_cannot_be_looked_at_is_told(raw: bytes, code: str) -> None:
    with pytest.raises(RogerError) as caught:
        prepare(raw)
    assert caught.value.problem.code == code
    assert caught.value.problem.hint


SEEDS = [encoded(Image.linear_gradient("L").resize((50, 40)), kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP")]


@given(st.sampled_from(SEEDS), st.data())
def test_broken_files_are_errors_or_images(seed: bytes, data: st.DataObject) -> None:
    raw = bytearray(seed)
    for place in data.draw(st.lists(st.integers(0, len(raw) - 1), max_size=8)):
        raw[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(raw)))
    try:
        prepared = prepare(bytes(raw[:cut]))
    except RogerError as error:
        assert error.problem.code in ("IMG-01", "IMG-02", "IMG-03")
    else:
        assert max(prepared.size) <= LONGEST_PX


def test_the_album_keeps_the_last_few() -> None:
    album = Album()
    pictures = [album.keep(prepare(encoded(Image.new("L", (8, 8), shade)))) for shade in range(0, 250, 40)]
    assert album.jpeg(pictures[-1]).startswith(b"\xff\xd8")
    assert album.jpeg(pictures[-KEPT])
    for gone in (pictures[0], Picture("0" * 16)):
        with pytest.raises(RogerError, match="IMG-04"):
            album.jpeg(gone)
