"""Make controller/fonts/*.npz from the BDF files of the Galmuri fonts (SIL OFL 1.1), pixel for pixel.

npm pack galmuri@2.40.3 && tar xzf galmuri-2.40.3.tgz
python scripts/make_fonts.py package/dist
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FONTS = Path(__file__).parent.parent / "controller" / "fonts"
FACES = {"small": "Galmuri9.bdf", "large": "Galmuri11.bdf"}
ROWS = 16
LAST = 0xD7A3
"""Up to the last Hangul syllable; what lies behind is for private use."""


@dataclass
class Glyph:
    code: int
    advance: int
    box: tuple[int, int, int, int]
    rows: list[int]


def glyphs(path: Path) -> Iterator[Glyph]:
    """The glyphs of a BDF file; of each row, 16 bits, the highest is the left pixel."""
    code, advance, box, rows, inside = 0, 0, (0, 0, 0, 0), [], False
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, rest = line.partition(" ")
        match key:
            case "ENCODING":
                code = int(rest)
            case "DWIDTH":
                advance = int(rest.split()[0])
            case "BBX":
                width, height, left, bottom = map(int, rest.split())
                box = (width, height, left, bottom)
            case "BITMAP":
                rows, inside = [], True
            case "ENDCHAR":
                inside = False
                yield Glyph(code, advance, box, rows)
            case _ if inside:
                rows.append(int(key, 16) << 16 >> (len(key) * 4))


def ascent(path: Path) -> int:
    return next(int(line.split()[1]) for line in path.open(encoding="utf-8") if line.startswith("FONT_ASCENT"))


def convert(source: Path, destination: Path) -> None:
    top = ascent(source)
    kept = sorted((glyph for glyph in glyphs(source) if 32 <= glyph.code <= LAST), key=lambda glyph: glyph.code)
    bitmaps = np.zeros((len(kept), ROWS), np.uint16)
    for index, glyph in enumerate(kept):
        _, height, left, bottom = glyph.box
        first = top - height - bottom
        for number, row in enumerate(glyph.rows):
            if 0 <= first + number < ROWS:
                bitmaps[index, first + number] = row >> max(left, 0)
    np.savez_compressed(
        destination,
        codes=np.array([glyph.code for glyph in kept], np.uint16),
        advances=np.array([glyph.advance for glyph in kept], np.uint8),
        bitmaps=bitmaps,
    )
    print(f"{destination.name}: {len(kept)} glyphs, {destination.stat().st_size / 1e3:.0f} kB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the BDF files are")
    folder = parser.parse_args().folder
    FONTS.mkdir(exist_ok=True)
    for name, file in FACES.items():
        convert(folder / file, FONTS / f"{name}.npz")
    (FONTS / "LICENSE.galmuri.txt").write_text((folder / "LICENSE.txt").read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    main()
