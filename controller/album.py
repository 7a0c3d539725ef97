"""The images that wait for their question: the machine knows them by digest only."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from controller.errors import RogerError
from controller.pictures import Prepared
from controller.turn import Picture

KEPT: Final = 4
"""More than the one that waits: a question may still be about the one before."""


class Album:
    """Keeps the last few. From any thread."""

    def __init__(self) -> None:
        self._jpegs: OrderedDict[str, bytes] = OrderedDict()

    def keep(self, prepared: Prepared) -> Picture:
        """Keep an image; what the machine is told of it."""
        self._jpegs[prepared.picture.digest] = prepared.jpeg
        self._jpegs.move_to_end(prepared.picture.digest)
        while len(self._jpegs) > KEPT:
            self._jpegs.popitem(last=False)
        return prepared.picture

    def jpeg(self, picture: Picture) -> bytes:
        """Raises `RogerError` IMG-04 where the image is not there any more."""
        try:
            return self._jpegs[picture.digest]
        except KeyError:
            raise RogerError("IMG-04", "the image is not there any more", "choose it again") from None
