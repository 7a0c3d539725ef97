"""What a press comes to when the chat server spoils it: how soon the screen says so, and what is left behind.

Usage: python scripts/bench/faults.py [TURNS]

A whole assistant in real time asks a server on loopback that stalls, drops, lies about lengths and the rest of
tests/servers/faults.py, one after the other. The time is from the question to the screen that says what happened, on
the machine's own clock; the limits to the first token and between tokens are 50 ms.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.controller.device import Device, device
from tests.controller.test_faulty_turns import LIMITS, faulty_turn, open_now, settled
from tests.servers.chat_server import ChatServer
from tests.servers.faults import FAULTS


def main() -> None:
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    folder = Path(tempfile.mkdtemp())
    os.environ["STATE_DIRECTORY"] = str(folder)
    names, asked = list(FAULTS), itertools.count()
    with ChatServer(lambda talk: FAULTS[names[next(asked) % len(names)]](talk)) as server:
        chat = {"enabled": True, "base_url": server.base_url, "limits": LIMITS}
        with device(folder, "why is it so", chat=chat, button={"hold_s": 0.05}) as roger:
            measure(roger, names, len(names))  # what is made once is made now
            before = open_now()
            took, codes = measure(roger, names, turns)
            after = settled(before)
    for name in names:
        row = {"fault": name, "n": len(took[name]), "codes": sorted(codes[name])}
        print(json.dumps({**row, "median_ms": round(median(took[name])), "max_ms": round(max(took[name]))}))
    print(json.dumps({"turns": turns, "threads, files, sockets before": before, "after": after}))


def measure(roger: Device, names: list[str], turns: int) -> tuple[dict[str, list[float]], dict[str, set[str]]]:
    """Milliseconds to the screen, and codes on it, by fault."""
    took, codes = defaultdict(list), defaultdict(set)
    for turn in range(turns):
        told = faulty_turn(roger)
        asked_at = next(scene.since for scene in roger.scenes if scene.state == "querying")
        took[names[turn % len(names)]].append(1000 * (told.since - asked_at))
        codes[names[turn % len(names)]].add(told.turn.problem.code if told.turn.problem else "none")
    return took, codes


if __name__ == "__main__":
    main()
