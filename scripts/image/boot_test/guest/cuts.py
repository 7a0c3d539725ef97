"""Runs in the guest while its power may go at any moment: says which turns it has, and when another one is there."""

from __future__ import annotations

import time

from guest import press, report, turns


def main() -> None:
    """Press until the power goes."""
    report("has", turns=[turn["id"] for turn in turns()])
    while True:
        before = {turn["id"] for turn in turns()}
        press(True)
        time.sleep(1.5)
        press(False)
        for _ in range(60):
            time.sleep(1)
            if new := {turn["id"] for turn in turns()} - before:
                report("saved", turn=max(new))
                break


if __name__ == "__main__":
    main()
