"""The OLED's pictures along the axis: which are shown, where, and as what."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from controller.adapters.display_files import as_seen
from controller.simulator.report.axis import Axis
from controller.simulator.report.sections import Picture, Section, Stay

WIDTH_PX: Final = 134
HEIGHT_PX: Final = 70
GAP_PX: Final = 12


@dataclass
class Shown:
    """A picture on the page.

    Attributes:
        x: Of its time on the axis, in pixels.
        centre: Of the picture itself; beside `x` where others are in the way.
    """

    stay: Stay
    picture: Picture
    x: float
    centre: float


def chosen(section: Section, axis: Axis) -> list[Shown]:
    """Every state's last picture, moved apart, and others between them where there is room. From left to right."""
    last = [_shown(stay, stay.pictures[-1], axis) for stay in section.stays if stay.pictures]
    _move_apart(last, axis.width)
    for stay in section.stays:
        for picture in stay.pictures[:-1]:
            fresh = _shown(stay, picture, axis)
            if all(abs(fresh.centre - other.centre) >= WIDTH_PX + GAP_PX for other in last):
                last.append(fresh)
    return sorted(last, key=lambda shown: shown.centre)


def data_uri(picture: Picture) -> str:
    """The picture as the OLED looks, as PNG inside the page."""
    stream = io.BytesIO()
    as_seen(picture.image, 1).save(stream, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


def needed_px(section: Section) -> float:
    """What every state's last picture takes, next to each other."""
    return sum(bool(stay.pictures) for stay in section.stays) * (WIDTH_PX + GAP_PX)


def _shown(stay: Stay, picture: Picture, axis: Axis) -> Shown:
    x = axis.x(stay, picture.at)
    return Shown(stay, picture, x, min(max(x, WIDTH_PX / 2), axis.width - WIDTH_PX / 2))


def _move_apart(row: Sequence[Shown], width: float) -> None:
    """As little as it takes: those in each other's way share the shift (least squares, by pooling neighbours)."""
    step = WIDTH_PX + GAP_PX
    pools: list[list[float]] = []
    for index, shown in enumerate(row):
        pools.append([shown.x - index * step])
        while len(pools) > 1 and fmean(pools[-2]) > fmean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    shifts = [fmean(pool) for pool in pools for _ in pool]
    furthest = width - WIDTH_PX / 2 - (len(row) - 1) * step
    for index, (shown, shift) in enumerate(zip(row, shifts, strict=True)):
        shown.centre = min(max(shift, WIDTH_PX / 2), furthest) + index * step
