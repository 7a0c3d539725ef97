"""Draws the machine from states/table.py: docs/pictures/machine.svg, and the block in docs/architecture.md.

With --check: says whether both are up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"
sys.path.insert(0, str(DOCS.parent))

from states.arrows import staying
from states.diagram import mermaid, svg

PICTURE = DOCS / "pictures" / "machine.svg"
PAGE = DOCS / "architecture.md"
BEGIN = "<!-- Made by scripts/make_diagram.py from states/table.py: `make docs` writes it again. -->\n"
END = "<!-- End of what scripts/make_diagram.py made. -->\n"


def with_block(page: str) -> str:
    """The page with today's diagram between its two markers."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{PAGE} needs these two lines, and between them comes the diagram:\n{BEGIN}{END}")
    return f"{before}{BEGIN}\n```mermaid\n{mermaid()}```\n\n{staying()}\n\n{END}{after}"


def main(arguments: list[str]) -> int:
    """Write both, or compare them."""
    page = PAGE.read_text("utf-8")
    made = {PICTURE: svg(), PAGE: with_block(page)}
    if arguments == ["--check"]:
        return 0 if all(path.is_file() and path.read_text("utf-8") == text for path, text in made.items()) else 1
    for path, text in made.items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
