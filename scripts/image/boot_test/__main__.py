"""make boot-test: starts the image that `make image` made, presses its button, speaks, and looks at its screen.

usage: python scripts/image/boot_test [--image FILE] [--only virt|raspi3b] [--out FOLDER]
Needs qemu-system-arm, mtools, device-tree-compiler and squashfs-tools; says so and skips without them. Ends with 1
where something is not as it has to be; out/boot-test holds the console, the screens as pictures and report.json.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from checks import Checks
from needs import REPOSITORY, lacks, parser
from scenes import on_a_pi_3, on_virt


def main() -> int:
    """Run the scenes."""
    arguments = parser("boot-test", __doc__)
    arguments.add_argument("--only", default="", choices=("", "virt", "raspi3b"))
    args = arguments.parse_args()
    if reason := lacks(args.image):
        print(f"boot-test: skipped, {reason}")
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


if __name__ == "__main__":
    sys.exit(main())
