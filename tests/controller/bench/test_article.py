"""The twelve phrases."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from controller.bench.article import EXAMPLES, PHRASES, UNKNOWN, actions, asked, by_stage
from controller.turn import Decision, Transcript
from models.store.fetch import installed

E5 = installed("e5-small")


def test_there_are_eight_orders_and_four_others() -> None:
    assert len(PHRASES) == 12
    assert sum(label == UNKNOWN for _, label in PHRASES) == 4
    known = {text.lower() for texts in EXAMPLES.values() for text in texts}
    assert not known & {text.lower() for text, _ in PHRASES}, "nothing is asked for in the words of an example"
    assert set(actions().actions) == set(EXAMPLES)


def test_what_a_stage_says_is_counted() -> None:
    class Says:
        def classify(self, transcript: Transcript) -> Decision:
            return Decision("light_on")

    outcome = asked("always on", by_stage(Says()))
    assert (outcome.right, outcome.of) == (4, 12)
    assert outcome.median_s >= 0


@pytest.mark.weights
@pytest.mark.skipif(E5 is None, reason="run: roger models fetch e5-small")
def test_roger_knows_all_of_them_without_a_rule() -> None:
    command = [sys.executable, "-c", "import sys; from controller.cli import main; sys.exit(main())"]
    done = subprocess.run([*command, "bench", "article", "--json"], capture_output=True, text=True, check=True)
    outcomes = json.loads(done.stdout)
    assert (outcomes[0]["method"], outcomes[0]["right"]) == ("Roger, without rules", 12)
