"""Programs run with what was said as arguments, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from config.schema import Command
from controller.adapters.action_command import CommandRunner, harmless
from controller.background import Cancelled
from controller.errors import Problem, RogerError
from controller.turn import Slot, StepResult
from controller.worker import Token

UNDISTURBED = Token()


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", code, *arguments]


def run(argv: list[str], limit_s: float = 60, show: bool = True, cancellation: Token = UNDISTURBED) -> StepResult:
    slots = {"query": Slot("query", "; rm -rf $HOME `id` &", "the words")}
    return CommandRunner().run(Command(argv=argv, limit_s=limit_s, show=show), slots, "en", cancellation)


def problem(argv: list[str], limit_s: float = 60) -> Problem:
    with pytest.raises(RogerError) as caught:
        run(argv, limit_s)
    return caught.value.problem


def cancelled_once_it_runs(argv: list[str], says_its_id: Path) -> int:
    """Run a program, cancel the turn as soon as it has said its process id, and return that."""
    os.mkfifo(says_its_id)
    token, cancelled = Token(), threading.Event()

    def command() -> None:
        try:
            run(argv, cancellation=token)
        except Cancelled:
            cancelled.set()

    threading.Thread(target=command, daemon=True).start()
    process_id = int(says_its_id.read_text())
    token.cancel()
    assert cancelled.wait(10)
    return process_id


def is_running(process_id: int) -> bool:
    """Whether it runs; one that has ended and was not collected yet does not."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def ends(process_id: int) -> bool:
    pause = threading.Event()
    return any(not is_running(process_id) or pause.wait(0.05) for _ in range(200))


def test_what_it_prints_is_shown() -> None:
    assert run(python("print('17 °C'); print('맑음')")) == StepResult("command", "17 °C\n맑음")


def test_what_it_prints_is_not_shown_unless_wanted() -> None:
    assert run(python("print('noise')"), show=False).text == ""


def test_a_slot_is_one_argument_and_never_a_shell(tmp_path: Path) -> None:
    result = run(python("import sys; print(sys.argv[1:])", "--for={query}", "{query.text}"))
    assert result.text == "['--for=; rm -rf $HOME `id` &', 'the words']"


def test_only_the_first_lines_are_shown() -> None:
    lines = run(python("for n in range(100_000): print(n)")).text.split("\n")
    assert lines == [str(n) for n in range(8)]


def test_control_codes_and_broken_characters_do_not_reach_the_screen() -> None:
    printed = "import sys; sys.stdout.buffer.write(b'\\x1b[31mred\\x07 \\xff')"
    assert run(python(printed)).text == "[31mred \N{REPLACEMENT CHARACTER}"


def test_it_reads_nothing() -> None:
    assert run(python("import sys; print(repr(sys.stdin.read()))")).text == "''"


def test_it_sees_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("KEYBOARD", "hangul")
    shown = run(python("import os; print(os.environ.get('OPENAI_API_KEY'), os.environ['KEYBOARD'])")).text
    assert shown == "None hangul"


def test_variables_that_look_like_secrets_are_dropped() -> None:
    secret = [
        "OPENAI_API_KEY",
        "HF_TOKEN",
        "CLIENT_SECRET",
        "PGPASSWORD",
        "MQTT_PASSWORD_2",
        "AWS_SECRET_ACCESS_KEY",
        "key",
    ]
    plain = ["PATH", "HOME", "LANG", "KEYBOARD", "TOKENIZERS_PARALLELISM", "XDG_RUNTIME_DIR"]
    assert list(harmless(dict.fromkeys(secret + plain, "x"))) == plain


def test_a_program_that_is_not_there() -> None:
    found = problem(["no-such-program"])
    assert (found.code, "no-such-program cannot be started" in found.message) == ("ACT-02", True)
    assert "installed" in found.hint


def test_an_argument_that_no_program_can_get() -> None:
    assert problem([sys.executable, "a\0b"]).code == "ACT-02"


def test_a_program_that_fails_has_the_last_word() -> None:
    code = "import sys; print('x' * 9000, file=sys.stderr); print('disk full', file=sys.stderr); sys.exit(3)"
    found = problem(python(code))
    assert found.code == "ACT-02"
    assert found.message == f"{Path(sys.executable).name} ended with 3: disk full"
    assert "terminal" in found.hint


def test_a_program_that_crashes() -> None:
    found = problem(python("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"))
    assert (found.code, "was ended by SIGSEGV" in found.message) == ("ACT-02", True)


def test_a_program_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    written = tmp_path / "id"
    found = problem(["sh", "-c", 'echo $$ > "$0"; exec sleep 600', str(written)], limit_s=1)
    assert found.code == "ACT-03"
    assert found.message == "sh took longer than 1 s"
    assert "limit_s" in found.hint
    assert ends(int(written.read_text()))


def test_a_cancelled_turn_ends_the_program_and_its_children(tmp_path: Path) -> None:
    written = tmp_path / "id"
    process_id = cancelled_once_it_runs(["sh", "-c", 'sleep 600 & echo $! > "$0"; wait', str(written)], written)
    assert ends(process_id)


def test_a_program_that_will_not_listen_is_ended_too(tmp_path: Path) -> None:
    written = tmp_path / "id"
    process_id = cancelled_once_it_runs(["sh", "-c", 'trap "" TERM; echo $$ > "$0"; sleep 600', str(written)], written)
    assert ends(process_id)


def test_children_that_are_left_on_purpose_do_not_hold_up_the_turn(tmp_path: Path) -> None:
    written = tmp_path / "player"
    code = (
        "import subprocess, sys; "
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
        "open(sys.argv[1], 'w').write(str(p.pid)); print('playing')"
    )
    assert run(python(code, str(written))).text == "playing"
    child = int(written.read_text())
    assert is_running(child)
    os.kill(child, signal.SIGKILL)
