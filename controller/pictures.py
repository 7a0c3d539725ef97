"""Images as they go to the bigger model and onto the screen."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

from PIL import Image

from controller.turn import Picture


@dataclass(frozen=True, slots=True)
class Prepared:
    """An image that may leave the device, and what the machine knows of it."""

    jpeg: bytes
    picture: Picture


def prepare(raw: bytes) -> Prepared:
    """Scale and re-encode an image."""
    image = Image.open(io.BytesIO(raw)).convert("RGB")
    image.thumbnail((768, 768))
    out = io.BytesIO()
    image.save(out, "JPEG")
    jpeg = out.getvalue()
    return Prepared(jpeg, Picture(hashlib.sha256(jpeg).hexdigest()[:16]))
