"""Whatever comes as an image leaves small, upright and without a word about its owner, or is refused with a reason."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from controller.album import KEPT, Album
from controller.errors import Problem, RogerError
from controller.pictures import FORMATS, MAX_BYTES, Measured, Prepared, measured, prepare, thumbnail
from controller.turn import Picture
from tests.pictures import encoded, still_life

PHOTO = still_life()
SMALL = PHOTO.resize((80, 60))
FILES = {kind: encoded(SMALL, kind) for kind in FORMATS}
ORIENTATION, GPS = 0x0112, 0x8825
ROOT = Path(__file__).parent.parent.parent


def sent(raw: bytes, **options: Any) -> Image.Image:
    """What a server would get."""
    return Image.open(io.BytesIO(prepare(raw, **options).jpeg))


def problem(raw: bytes) -> Problem:
    with pytest.raises(RogerError) as caught:
        prepare(raw)
    assert caught.value.problem.hint
    return caught.value.problem


def markers(jpeg: bytes) -> list[int]:
    """The second byte of each segment's marker, up to the pixels (ITU T.81, annex B)."""
    found: list[int] = []
    at = 2
    while not found or found[-1] != 0xDA:
        assert jpeg[at] == 0xFF
        found.append(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found


def png_that_says(width: int, height: int) -> bytes:
    """A PNG with that size in its head, and next to nothing in it."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0" * 100)),
        (b"IEND", b""),
    )
    parts = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def likeness(one: Image.Image, other: Image.Image) -> float:
    """Mean distance of the grey values, 0 to 255."""
    difference = np.asarray(one.convert("L"), np.float64) - np.asarray(other.convert("L"), np.float64)
    return float(np.abs(difference).mean())


@pytest.mark.parametrize("kind", FORMATS)
def test_each_format_is_read_by_what_is_in_it(kind: str) -> None:
    assert sent(FILES[kind]).format == "JPEG"
    assert likeness(sent(FILES[kind]), SMALL) < 8
    assert measured(FILES[kind]) == Measured(kind, 80, 60)


@pytest.mark.parametrize(
    ("before", "after"),
    [((1600, 1200), (768, 576)), ((600, 2400), (192, 768)), ((300, 200), (300, 200)), ((9000, 1), (768, 1))],
)
def test_the_longer_side_gets_768_and_nothing_is_enlarged(before: tuple[int, int], after: tuple[int, int]) -> None:
    assert sent(encoded(Image.new("RGB", before))).size == after


def test_how_large_and_how_good_is_the_callers_choice() -> None:
    assert sent(encoded(PHOTO), longest_px=320).size == (320, 240)
    assert len(prepare(encoded(PHOTO), quality=40).jpeg) < len(prepare(encoded(PHOTO), quality=85).jpeg)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stands_upright(orientation: int) -> None:
    undone = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    stored = SMALL
    for step in undone.get(orientation, []):
        stored = stored.transpose(step)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    upright = sent(encoded(stored, "JPEG", exif=exif, quality=95))
    assert upright.size == SMALL.size
    assert likeness(upright, SMALL) < 8


def test_nothing_tells_where_or_by_whom_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x9286] = "Camera of Ada", "a private remark"
    exif.get_ifd(GPS).update({1: "N", 2: (37.0, 33.0, 59.0), 3: "E", 4: (126.0, 58.0, 41.0)})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = b"<x:xmpmeta>Seoul</x:xmpmeta>"
    raw = encoded(PHOTO, "JPEG", exif=exif, icc_profile=profile, comment=b"my flat", xmp=xmp, dpi=(300, 300))
    stored = Image.open(io.BytesIO(raw))
    assert stored.getexif().get_ifd(GPS)[4] == (126.0, 58.0, 41.0)
    assert {"icc_profile", "comment", "xmp"} <= stored.info.keys()

    jpeg = prepare(raw).jpeg
    assert not Image.open(io.BytesIO(jpeg)).getexif()
    assert not any(secret in jpeg for secret in (b"Ada", b"remark", b"my flat", b"Seoul", b"Exif", b"ICC_PROFILE"))
    application_and_comment = {marker for marker in markers(jpeg) if marker >= 0xE0}
    assert application_and_comment == {0xE0}  # JFIF, which every JPEG has


def test_texts_in_a_png_stay_behind() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "Ada")
    texts.add_itxt("Location", "Seoul", zip=True)
    assert b"Ada" in encoded(SMALL, pnginfo=texts)
    assert not any(secret in prepare(encoded(SMALL, pnginfo=texts)).jpeg for secret in (b"Ada", b"Author", b"Seoul"))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_what_is_transparent_becomes_white(kind: str) -> None:
    image = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    image.paste((200, 0, 0, 255), (0, 0, 32, 64))
    pixels = np.asarray(sent(encoded(image, kind)))
    assert pixels[32, 60].min() > 245
    assert pixels[32, 4, 0] > 180 and pixels[32, 4, 1] < 30


def test_half_transparent_is_half_white() -> None:
    pixels = np.asarray(sent(encoded(Image.new("RGBA", (64, 64), (0, 0, 0, 128)))))
    assert 120 < pixels.mean() < 135


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_way_to_store_a_pixel(mode: str) -> None:
    grey = PHOTO.convert("L")
    stored = Image.fromarray(np.asarray(grey, np.uint16) * 257) if mode == "I;16" else PHOTO.convert(mode)
    raw = encoded(stored, "JPEG" if mode == "CMYK" else "PNG")
    assert likeness(sent(raw).resize((40, 30), Image.Resampling.BOX), grey.resize((40, 30), Image.Resampling.BOX)) < 6


def test_of_an_animation_the_first_picture_is_taken() -> None:
    raw = encoded(SMALL, "GIF", save_all=True, append_images=[Image.new("RGB", (80, 60))])
    assert likeness(sent(raw), SMALL) < 8


@pytest.mark.parametrize("raw", [b"", b"GIF", b"%PDF-1.7", b"<svg/>", b"RIFF\0\0\0\0WAVEfmt ", encoded(SMALL, "TIFF")])
def test_what_is_no_image_is_refused(raw: bytes) -> None:
    assert problem(raw).code == "IMG-01"


def test_a_file_that_is_too_large_is_refused_before_it_is_opened() -> None:
    found = problem(FILES["JPEG"] + bytes(MAX_BYTES))
    assert (found.code, "20 MB are the most" in found.message) == ("IMG-02", True)


AS_OUTSIDE_OF_TESTS = pytest.mark.filterwarnings("error::PIL.Image.DecompressionBombWarning")
"""pytest has warnings of its own; controller.pictures makes this one an error."""


@AS_OUTSIDE_OF_TESTS
@pytest.mark.parametrize("size", [(6001, 4000), (12_000, 9_000), (2**31 - 1, 2**31 - 1)])
def test_one_that_says_it_is_huge_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    assert problem(png_that_says(*size)).code == "IMG-02"


def test_a_jpeg_may_have_more_pixels_because_it_is_unpacked_smaller() -> None:
    assert sent(encoded(Image.new("L", (7000, 5000), 90), "JPEG")).size == (768, 549)
    assert problem(encoded(Image.new("L", (8000, 6300)), "JPEG")).code == "IMG-02"


def test_texts_that_unpack_to_gigabytes_are_refused() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("bomb", "0" * 200_000_000, zip=True)
    assert problem(encoded(SMALL, pnginfo=texts)).code == "IMG-03"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP"])
def test_half_a_file_is_broken(kind: str) -> None:
    raw = encoded(PHOTO, kind)
    assert problem(raw[: len(raw) // 2]).code in ("IMG-01", "IMG-03")


def answered(raw: bytes) -> None:
    """An image comes out, or an error that says why not; nothing else."""
    try:
        found = prepare(raw)
    except RogerError as error:
        assert error.problem.code in ("IMG-01", "IMG-02", "IMG-03")
    else:
        assert max(Image.open(io.BytesIO(found.jpeg)).size) <= 768


@given(st.binary(max_size=400), st.sampled_from(["", *FORMATS]))
def test_random_bytes_never_get_through(raw: bytes, kind: str) -> None:
    answered((FILES[kind][:16] if kind else b"") + raw)


@given(st.sampled_from(FORMATS), st.floats(0, 1))
def test_a_file_that_ends_early_never_gets_through(kind: str, part: float) -> None:
    answered(FILES[kind][: int(len(FILES[kind]) * part)])


@given(st.sampled_from(FORMATS), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=20))
def test_a_file_with_wrong_bytes_never_gets_through(kind: str, wrong: list[tuple[float, int]]) -> None:
    raw = bytearray(FILES[kind])
    for place, value in wrong:
        raw[min(len(raw) - 1, int(place * place * len(raw)))] = value  # more often near its head
    answered(bytes(raw))


LIMIT_MB = 900
"""Of address space, for all of the process."""
CHILD = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({limit}, {limit}))
from controller.errors import RogerError
from controller.pictures import prepare
print(len(prepare(sys.stdin.buffer.read()).jpeg))
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_the_largest_image_fits_into_bounded_memory(kind: str) -> None:
    raw = encoded(Image.new("RGBA", (6000, 4000), (9, 99, 199, 128)), kind)
    code = CHILD.format(limit=LIMIT_MB * 1024**2)
    done = subprocess.run([sys.executable, "-c", code], input=raw, capture_output=True, cwd=ROOT, timeout=300)
    assert (done.returncode, int(done.stdout or 0) > 1_000) == (0, True), done.stderr.decode()[-500:]


def rows(prepared: Prepared) -> np.ndarray:
    """The thumbnail as it is kept: rows of bits."""
    dots = np.frombuffer(bytes.fromhex(prepared.picture.thumbnail), np.uint8)
    return np.unpackbits(dots.reshape(-1, prepared.picture.width // 8), axis=1)


@given(st.integers(1, 300), st.integers(1, 300))
def test_the_small_picture_fits_on_the_screen(width: int, height: int) -> None:
    found = prepare(encoded(Image.new("RGB", (width, height), "white")))
    assert found.picture.width % 8 == 0
    assert found.picture.width <= 64 and 1 <= rows(found).shape[0] <= 48


def test_the_small_picture_is_what_the_large_one_is() -> None:
    bits = rows(prepare(encoded(PHOTO)))
    assert bits.shape == (48, 64)
    assert np.array_equal(bits, np.asarray(thumbnail(prepare(encoded(PHOTO)).picture)))
    assert bits[4:14, 5:13].mean() > 0.9  # the window is bright
    assert bits[23:36, 33:38].mean() > 0.9  # the lit side of the cup
    assert bits[:20, 58:].mean() < 0.2  # the wall far from the window is dark


def test_a_dim_picture_is_stretched() -> None:
    dim = PHOTO.point(lambda value: 40 + value // 8)
    assert 0.2 < rows(prepare(encoded(dim))).mean() < 0.8


def test_the_same_image_always_has_the_same_name() -> None:
    first, second = prepare(encoded(PHOTO), source="web"), prepare(encoded(PHOTO, "BMP"), source="web")
    assert first == second
    assert (len(first.picture.digest), first.picture.source) == (16, "web")
    assert prepare(encoded(SMALL)).picture.digest != first.picture.digest


@pytest.mark.parametrize(
    ("degrees", "step"),
    [(90, Image.Transpose.ROTATE_270), (180, Image.Transpose.ROTATE_180), (270, Image.Transpose.ROTATE_90)],
)
def test_a_camera_on_its_side_is_turned_clockwise(degrees: int, step: Image.Transpose) -> None:
    prepared = prepare(FILES["PNG"], rotate=degrees)
    found = Image.open(io.BytesIO(prepared.jpeg))
    assert likeness(found, SMALL.transpose(step)) < 8
    assert prepared.size == found.size
    assert thumbnail(prepared.picture).height == rows(prepared).shape[0]


@AS_OUTSIDE_OF_TESTS
def test_measuring_refuses_what_preparing_refuses() -> None:
    with pytest.raises(RogerError, match="IMG-01"):
        measured(b"no image")
    with pytest.raises(RogerError, match="IMG-02"):
        measured(png_that_says(12_000, 9_000))


def test_the_album_keeps_the_last_few() -> None:
    album = Album()
    pictures = [album.keep(prepare(encoded(Image.new("L", (8, 8), shade)))) for shade in range(0, 250, 40)]
    assert album.jpeg(pictures[-1]).startswith(b"\xff\xd8")
    assert album.jpeg(pictures[-KEPT])
    for gone in (pictures[0], Picture("0" * 16)):
        with pytest.raises(RogerError, match="IMG-04"):
            album.jpeg(gone)
