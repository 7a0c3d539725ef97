"""What was said to be saved is on the disk, whatever happens to the process, the disk or the file."""

from __future__ import annotations

import csv
import io
import json
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from config.schema import HistorySettings
from controller import events as e
from controller.cli import main
from controller.clock import SystemClock
from controller.errors import RogerError
from controller.history import keeper as keeping
from controller.history.keeper import Keeper
from controller.history.record import Record
from controller.history.store import MIGRATIONS, Query, Store
from controller.turn import Scene, Transcript, Turn
from controller.worker import ThreadWorker
from states.names import DISPLAYING

ROOT = Path(__file__).parents[3]
LIGHT = Record("run", 1, "2026-11-23T12:00:00+01:00", transcript="turn on the light", action="light_on room=kitchen")
KOREAN = replace(LIGHT, turn=2, language="ko", transcript="부엌 불 켜 줘", time="2026-11-24T12:00:00+01:00")
FAILED = replace(LIGHT, turn=3, transcript="why", action="", answer="100 % blue_ish", code="CHAT-05", problem="broke")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history.db"


@pytest.fixture
def store(path: Path) -> Store:
    made = Store(path)
    made.add([LIGHT, KOREAN, FAILED])
    return made


def turns(store: Store, query: Query | None = None) -> list[int]:
    return [record.turn for record in store.find(query or Query())]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Query(), [3, 2, 1]),
        (
            Query(
                ("LIGHT", "turn"),
            ),
            [1],
        ),
        (Query(("불",)), [2]),
        (Query(("%",)), [3]),
        (Query(("e_i",)), [3]),
        (Query(("'; DROP TABLE turns; --",)), []),
        (Query(action="light_on"), [2, 1]),
        (Query(errors=True), [3]),
        (Query(since="2026-11-24T00:00:00+09:00"), [2]),
        (Query(before="2026-11-23T11:30:00+00:00"), [3, 1]),
    ],
)
def test_turns_are_found(store: Store, query: Query, found: list[int]) -> None:
    assert turns(store, query) == found
    assert store.count(query) == len(found)


def test_a_turn_that_is_kept_again_replaces_itself(store: Store) -> None:
    store.add([replace(LIGHT, outcome="cancelled")])
    assert turns(store) == [3, 2, 1]
    assert [record.outcome for record in store.find(Query(("turn",)))] == ["cancelled"]


def test_what_is_deleted_is_gone_from_the_file(store: Store, path: Path) -> None:
    assert store.delete(Query(("부엌",))) == 1
    store.close()
    assert "부엌".encode() not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_old_turns_go_and_so_do_too_many(store: Store) -> None:
    store.prune("2026-11-24T00:00:00", 10)
    assert turns(store) == [2]
    store.add([replace(LIGHT, turn=number) for number in range(10, 20)])
    store.prune("2026-01-01", 3)
    assert turns(store) == [19, 18, 17]


def test_nobody_else_can_read_it(store: Store, path: Path) -> None:
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


def test_a_newer_version_is_left_alone(store: Store, path: Path) -> None:
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(RogerError, match=r"HIS-01.*another version"):
        Store(path)


def test_an_older_version_is_brought_up_to_date(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store(path).close()
    monkeypatch.setattr("controller.history.store.MIGRATIONS", (*MIGRATIONS, "ALTER TABLE turns ADD extra TEXT;"))
    Store(path).add([LIGHT])
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT extra FROM turns").fetchall() == [(None,)]
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)


WRITE = """
import sys
from dataclasses import replace
from pathlib import Path
from controller.history.record import Record
from controller.history.store import Store
store = Store(Path(sys.argv[1]))
for turn in range(1, 100_000):
    store.add([Record(sys.argv[2], turn, "2026-11-23T12:00:00+01:00", transcript="word " * 50)])
    print(turn, flush=True)
"""


def writer(path: Path, run: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WRITE, str(path), run], stdout=subprocess.PIPE, text=True, cwd=ROOT)


def test_what_was_saved_survives_kill_9(path: Path) -> None:
    dice = random.Random(5)
    for kill in range(20):
        process = writer(path, f"run {kill}")
        assert process.stdout
        said = [process.stdout.readline() for _ in range(dice.randint(1, 60))]
        process.send_signal(signal.SIGKILL)
        said += process.stdout.readlines()
        process.wait()
        process.stdout.close()
        saved = {int(line) for line in said if line.endswith("\n")}
        store = Store(path)
        kept = {record.turn for record in store.find(Query()) if record.run == f"run {kill}"}
        assert store._connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        store.close()
        assert saved <= kept
        assert len(kept - saved) <= 1, "at most the one that was being told"


def test_two_write_into_one_file(path: Path) -> None:
    Store(path).close()
    both = [writer(path, "device"), writer(path, "web:1")]
    for process in both:
        assert process.stdout
        assert [int(process.stdout.readline()) for _ in range(100)] == list(range(1, 101))
    for process in both:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()
    found = list(Store(path).find(Query()))
    assert {record.run for record in found} == {"device", "web:1"}
    assert len(found) >= 200


class Bench:
    """A keeper with turns that end when the test says so."""

    def __init__(self, path: Path, **settings: int) -> None:
        self.clock = SystemClock()
        self.reports: list[e.Event] = []
        self.saved: list[int] = []
        self.told = threading.Condition()
        worker = ThreadWorker("history", self.clock, self._report)
        self.keeper = Keeper(path, HistorySettings.model_validate(settings), worker, self.clock, saved=self._save)

    def _report(self, event: e.Event) -> None:
        with self.told:
            self.reports.append(event)
            self.told.notify_all()

    def _save(self, turn: int) -> None:
        with self.told:
            self.saved.append(turn)
            self.told.notify_all()

    def end(self, turn: int, words: str = "hello") -> None:
        shown = Turn(id=turn, transcript=Transcript(words), outcome="done")
        self.keeper.watch(e.ActionsDone(1.0, turn), "acting -> displaying", Scene(DISPLAYING, float(turn), turn=shown))

    def wait(self, saved: int = 0, reports: int = 0) -> None:
        with self.told:
            assert self.told.wait_for(lambda: len(self.saved) >= saved and len(self.reports) >= reports, 30)

    @property
    def codes(self) -> list[str]:
        parts = [event.part for event in self.reports if isinstance(event, e.PartChanged)]
        return [part.problem.code if part.problem else part.status for part in parts]


def test_a_turn_is_said_to_be_saved_once_it_is(path: Path) -> None:
    bench = Bench(path)
    bench.end(1)
    bench.wait(saved=1)
    assert turns(Store(path, write=False)) == [1]
    bench.end(2)
    bench.keeper.close()
    assert (bench.saved, bench.codes) == ([1, 2], [])


def test_a_full_disk_is_told_and_nothing_that_was_saved_is_lost(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "RETRY_S", 3600)
    full = True
    opened = Store.__init__

    def small(self: Store, at: Path, write: bool = True) -> None:
        opened(self, at, write)
        if full:  # SQLite's own way to run out of room: SQLITE_FULL
            self._connection.execute("PRAGMA max_page_count = 8")

    monkeypatch.setattr(Store, "__init__", small)
    bench = Bench(path)
    bench.end(1)
    bench.wait(saved=1)
    for turn in range(2, 40):
        bench.end(turn, "word " * 200)
    bench.wait(reports=1)
    assert bench.codes[0] == "HIS-01"
    saved = list(bench.saved)
    assert set(saved) <= set(turns(Store(path, write=False)))
    full = False
    bench.end(40)
    bench.wait(saved=40)
    bench.keeper.close()
    assert bench.codes[-1] == "ready"
    assert sorted(turns(Store(path, write=False))) == list(range(1, 41))


def test_a_damaged_file_is_set_aside(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is no database, but it may be all that is left of one" * 100)
    bench = Bench(path)
    bench.end(1)
    bench.wait(saved=1, reports=2)
    bench.keeper.close()
    assert bench.codes == ["HIS-02", "ready"]
    assert turns(Store(path, write=False)) == [1]
    assert [file.name for file in path.parent.glob("*.damaged-*")]


def test_a_folder_that_cannot_be_written_to_is_told() -> None:
    bench = Bench(Path("/proc/nowhere/history.db"))
    bench.end(1)
    bench.wait(reports=1)
    bench.keeper.close()
    assert (bench.codes, bench.saved) == (["HIS-01"], [])


class TestCommand:
    @pytest.fixture(autouse=True)
    def history(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
        store = Store(tmp_path / "history.db")
        store.add([LIGHT, KOREAN, FAILED, replace(LIGHT, turn=4, transcript='=HYPERLINK("http://evil")')])
        store.close()
        return tmp_path

    def test_it_is_read_by_people(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLUMNS", "140")
        assert main(["history", "--search", "부엌"]) == 0
        shown = capsys.readouterr().out
        assert "부엌 불 켜 줘" in shown
        assert "1 of 1 turns" in shown
        assert main(["history", "--errors"]) == 0
        assert "CHAT-05 broke" in capsys.readouterr().out

    def test_it_is_exported_for_a_program(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["history", "--export", "jsonl", "--limit", "3"]) == 0
        records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [record["turn"] for record in records] == [4, 3, 2]
        assert records[2]["transcript"] == "부엌 불 켜 줘"

    def test_a_spreadsheet_runs_nothing(self, tmp_path: Path) -> None:
        out = tmp_path / "turns.csv"
        assert main(["history", "--export", "csv", "--out", str(out)]) == 0
        rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8"))))
        assert rows[0]["transcript"] == '\'=HYPERLINK("http://evil")'
        assert len(rows) == 4

    def test_it_is_deleted_only_when_that_is_meant(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert main(["history", "--delete"]) == 2
        assert "HIS-03" in capsys.readouterr().err
        monkeypatch.setattr("builtins.input", lambda question: "")
        assert main(["history", "--delete", "--all"]) == 1
        assert main(["history", "--delete", "--search", "부엌", "--yes"]) == 0
        assert "1 turns deleted" in capsys.readouterr().out
        assert main(["history", "--delete", "--all", "--yes"]) == 0
        assert "3 turns deleted" in capsys.readouterr().out

    @pytest.mark.parametrize("arguments", [["--since", "soon"], ["--export", "csv", "--out", "/proc/nowhere/x.csv"]])
    def test_what_cannot_be_done_is_told(self, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
        assert main(["history", *arguments]) == 2
        assert "HIS-03" in capsys.readouterr().err

    def test_no_history_is_no_error(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "elsewhere"))
        assert main(["history"]) == 0
