"""`roger look`: what the camera sees, and what of it would be sent."""

from __future__ import annotations

import argparse
import io
from pathlib import Path
from typing import Any, Final

from PIL import Image
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from config.loader import Config, load
from controller.clock import stopwatch
from controller.commands.options import add_command, add_config_option
from controller.errors import RogerError
from controller.pictures import Measured, Prepared, measured, prepare, thumbnail
from controller.ports import Camera
from controller.turn import Picture
from controller.worker import Token

EPILOG: Final = """\
examples:
  roger look                             a picture with the camera that roger.yaml names
  roger look holiday.jpg                 an image in place of the camera
  roger look --out thumb.png             also save what the OLED shows
  roger look --sent sent.jpg             also save what a chat server would get

Nothing is sent. How to set a camera up: docs/vision.md.
"""

LIMIT_S: Final = 10.0
"""For FILE, which may lie on a share that hangs."""


def add(subparsers: Any) -> None:
    """Register the command."""
    command = add_command(
        subparsers,
        "look",
        "try the camera: take a picture and show it",
        "Takes a picture, and shows it as the OLED does, with its size before and after it is made ready for sending.",
        EPILOG,
    )
    command.add_argument("file", nargs="?", type=Path, metavar="FILE", help="an image, or a folder of images")
    command.add_argument("--out", type=Path, metavar="PNG", help="save the small picture, as on the OLED")
    command.add_argument("--sent", type=Path, metavar="JPG", help="save the picture that would be sent")
    add_config_option(command)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0; raises `RogerError` CAM-xx, IMG-xx, or CFG-xx where the configuration is broken."""
    camera, name, rotate = _camera(args)
    elapsed = stopwatch()
    raw = camera.take(Token())
    taken_s = elapsed()
    prepared = prepare(raw, rotate=rotate)
    _show(name, taken_s, raw, prepared)
    if args.out:
        _save(args.out, args.file, _enlarged(prepared.picture))
    if args.sent:
        _save(args.sent, args.file, prepared.jpeg)
    return 0


def _camera(args: argparse.Namespace) -> tuple[Camera, str, int]:
    """What takes the picture, what to call it, and by how many degrees it is turned."""
    if args.file:
        from controller.adapters.camera_file import FileCamera

        return FileCamera(args.file, LIMIT_S), str(args.file), 0
    from controller.engines import make_camera

    config = load(args.config)
    return make_camera(config), _name(config), config.roger.camera.rotate


def _name(config: Config) -> str:
    settings = config.roger.camera
    which = {"v4l2": settings.device, "file": settings.path}.get(settings.source, "")
    return f"{settings.source} {which}".strip()


def _show(name: str, taken_s: float, raw: bytes, prepared: Prepared) -> None:
    from controller.adapters.display_terminal import braille

    console = Console(highlight=False, soft_wrap=True)
    rows = {
        "camera": f"{name}, {taken_s:.1f} s",
        "taken": _described(measured(raw), len(raw)),
        "to send": f"{_described(Measured('JPEG', *prepared.size), len(prepared.jpeg))}, without metadata",
    }
    for title, value in rows.items():
        console.print(Text.assemble((f"{title:<9}", "bold"), value))
    dots = braille(_in_whole_characters(thumbnail(prepared.picture)))
    console.print(Panel.fit(Text(dots, "bright_cyan", no_wrap=True, overflow="crop"), padding=0))


def _described(image: Measured, size_bytes: int) -> str:
    return f"{image.width} x {image.height} {image.format}, {max(1, round(size_bytes / 1024)):,} KB"


def _in_whole_characters(dots: Image.Image) -> Image.Image:
    """With dark rows below, so that its height is a multiple of 4."""
    canvas = Image.new("1", (dots.width, -(-dots.height // 4) * 4))
    canvas.paste(dots)
    return canvas


def _enlarged(picture: Picture) -> bytes:
    from controller.adapters.display_files import as_seen

    out = io.BytesIO()
    as_seen(thumbnail(picture)).save(out, "PNG")
    return out.getvalue()


def _save(path: Path, source: Path | None, content: bytes) -> None:
    """Write a file; never over the image that was looked at."""
    hint = "name another file"
    if source and path.resolve() == source.resolve():
        raise RogerError("IMG-05", f"{path} is the image itself, and would be lost", hint)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise RogerError("IMG-05", f"{path} cannot be written: {error.strerror}", hint) from None
