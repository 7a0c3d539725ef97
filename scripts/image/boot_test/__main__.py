"""make boot-test: starts the image that `make image` made, presses its button, speaks, and looks at its screen.

usage: python scripts/image/boot_test [--image FILE] [--only virt|raspi3b] [--out FOLDER]
Needs qemu-system-arm, mtools, device-tree-compiler and squashfs-tools; says so and skips without them. Ends with 1
where something is not as it has to be; out/boot-test holds the console, the screens as pictures and report.json.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from checks import Checks
from scenes import on_a_pi_3, on_virt

REPOSITORY = Path(__file__).resolve().parents[3]
TOOLS = {
    "qemu-system-aarch64": "qemu-system-arm",
    "mtype": "mtools",
    "dtc": "device-tree-compiler",
    "mksquashfs": "squashfs-tools",
}


def main() -> int:
    """Run the scenes."""
    args = _arguments()
    if missing := [package for tool, package in TOOLS.items() if not shutil.which(tool)]:
        print(f"boot-test: skipped, these packages are missing: {' '.join(missing)} (sudo apt install them)")
        return 0
    if not args.image.exists():
        print(f"boot-test: skipped, there is no {args.image}: run `sudo make image` first")
        return 0
    args.out.mkdir(parents=True, exist_ok=True)
    checks = Checks()
    scenes = {"virt": on_virt, "raspi3b": on_a_pi_3}
    facts = {name: scene(args.image, args.out, checks) for name, scene in scenes.items() if args.only in ("", name)}
    (args.out / "report.json").write_text(
        json.dumps({"facts": facts, "checks": checks.done}, indent=1, ensure_ascii=False)
    )
    print(f"{len(checks.done) - len(checks.failed)} of {len(checks.done)} as they have to be; see {args.out}")
    if not checks.failed and not args.only:
        seen = (
            f"ready after {facts['virt']['boot']['ready_s']:.0f} s of a billion instructions, {len(checks.done)} checks"
        )
        subprocess.run([sys.executable, REPOSITORY / "scripts/proven.py", "record", "boot-test", seen], check=True)
    return 1 if checks.failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="boot_test", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--image", type=Path, default=REPOSITORY / "out/image/roger.img")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "out/boot-test")
    parser.add_argument("--only", default="", choices=("", "virt", "raspi3b"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
