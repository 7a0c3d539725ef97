"""Downloads from a real server on loopback, with everything that can go wrong on the way."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from controller.errors import RogerError
from models.store.download import PAUSES_S, download
from models.store.package_index import Remote
from models.store.partial import Partial
from models.store.progress import Progress
from tests.models.store.file_server import FileServer, noise, sha256

CONTENT = noise(900_000)


class Run:
    """Downloads into a folder and keeps what was shown and how long was waited."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shown = io.StringIO()
        self.waited: list[float] = []

    def __call__(self, server: FileServer, sha: str | None = sha256(CONTENT)) -> bytes:
        with Progress(Console(file=self.shown)) as progress:
            return download(Remote(server.url, sha), self.folder, progress, self.waited.append).read_bytes()

    @property
    def left(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


def test_a_whole_file_comes_at_once(run: Run) -> None:
    with FileServer(CONTENT) as server:
        assert run(server) == CONTENT
    assert (server.requests, run.waited, run.left) == ([""], [], ["model.zip"])


def test_a_file_that_is_there_is_not_asked_for_again(run: Run) -> None:
    with FileServer(CONTENT) as server:
        run(server)
        run(server)
    assert server.requests == [""]


def test_without_a_terminal_each_tenth_is_a_line(run: Run) -> None:
    with FileServer(CONTENT) as server:
        run(server)
    lines = run.shown.getvalue().splitlines()
    assert lines[-1].startswith("model.zip: 100 % 0.9 of 0.9 MB, ")
    assert 2 <= len(lines) <= 10


def test_on_a_terminal_a_bar_shows_size_and_speed(tmp_path: Path) -> None:
    shown = io.StringIO()
    with FileServer(CONTENT) as server, Progress(Console(file=shown, force_terminal=True, width=120)) as progress:
        download(Remote(server.url, None), tmp_path, progress)
    assert "100%" in shown.getvalue()
    assert "0.9 of 0.9 MB" in shown.getvalue()


def test_a_dropped_connection_goes_on_where_it_stopped(run: Run) -> None:
    with FileServer(CONTENT, drops=[300_000, 200_000]) as server:
        assert run(server) == CONTENT
    assert server.requests == ["", "bytes=300000-", "bytes=500000-"]
    assert run.waited == [1.0, 1.0]


def test_a_server_without_ranges_sends_it_all_again(run: Run) -> None:
    with FileServer(CONTENT, drops=[300_000], ranges=False) as server:
        assert run(server) == CONTENT
    assert server.requests == ["", "bytes=300000-"]


def test_a_server_that_is_busy_is_asked_again_after_growing_pauses(run: Run) -> None:
    with FileServer(CONTENT, statuses=[503, 500, 429]) as server:
        assert run(server) == CONTENT
    assert run.waited == [1.0, 2.0, 4.0]


def broken_off(run: Run, server: FileServer, sha: str | None) -> None:
    """Leave the first 300,000 bytes behind."""
    server.drops = [300_000] + [0] * (len(PAUSES_S) + 1)
    with pytest.raises(RogerError):
        run(server, sha)
    server.requests.clear()


def test_a_later_run_takes_up_what_an_earlier_one_left(run: Run) -> None:
    with FileServer(CONTENT) as server:
        broken_off(run, server, sha256(CONTENT))
        assert run.left == ["model.zip.part", "model.zip.part.json"]
        assert run(server) == CONTENT
    assert server.requests == ["bytes=300000-"]


def test_a_part_that_was_whole_when_the_power_went_needs_no_server(run: Run) -> None:
    with FileServer(CONTENT) as server:
        partial = Partial(run.folder, Remote(server.url, sha256(CONTENT)))
        partial.begin(server.etag, len(CONTENT))
        partial.append(CONTENT)
        assert run(server) == CONTENT
    assert server.requests == []


def test_a_file_that_changed_meanwhile_is_fetched_anew(run: Run) -> None:
    with FileServer(CONTENT) as server:
        broken_off(run, server, None)
        server.content, server.etag = noise(800_000, seed=2), '"two"'
        assert run(server, None) == server.content
    assert server.requests == ["bytes=300000-"]


def test_a_change_that_the_server_hides_is_found_by_the_checksum(run: Run) -> None:
    with FileServer(CONTENT, etag=None) as server:
        broken_off(run, server, sha256(CONTENT))
        part = run.folder / "model.zip.part"
        part.write_bytes(noise(300_000, seed=3))
        assert run(server) == CONTENT
    assert server.requests == ["bytes=300000-", ""]


def test_without_validator_and_checksum_nothing_is_continued(run: Run) -> None:
    with FileServer(CONTENT, etag=None, drops=[300_000]) as server:
        assert run(server, None) == CONTENT
    assert server.requests == ["", ""]


def test_a_part_longer_than_the_file_is_thrown_away(run: Run) -> None:
    with FileServer(CONTENT) as server:
        broken_off(run, server, sha256(CONTENT))
        with (run.folder / "model.zip.part").open("ab") as part:
            part.write(bytes(len(CONTENT)))
        assert run(server) == CONTENT
    assert server.requests == ["bytes=1200000-", ""]


def test_a_note_that_cannot_be_read_means_to_begin_anew(run: Run) -> None:
    with FileServer(CONTENT) as server:
        broken_off(run, server, sha256(CONTENT))
        (run.folder / "model.zip.part.json").write_text("{half a no")
        assert run(server) == CONTENT
    assert server.requests == [""]


def test_a_server_that_promises_more_than_it_has_is_given_up(run: Run) -> None:
    with FileServer(CONTENT, claims=len(CONTENT) + 50_000) as server, pytest.raises(RogerError) as caught:
        run(server)
    assert caught.value.problem.code == "MDL-03"
    assert "model.zip did not come" in caught.value.problem.message
    assert "goes on where it stopped" in caught.value.problem.hint
    assert run.waited[-len(PAUSES_S) :] == list(PAUSES_S)


def test_a_server_that_promises_less_than_it_has_does_not_pass(run: Run) -> None:
    with FileServer(CONTENT, claims=500_000) as server, pytest.raises(RogerError) as caught:
        run(server)
    assert caught.value.problem.code == "MDL-04"


def test_a_wrong_checksum_leaves_nothing_behind(run: Run) -> None:
    with FileServer(CONTENT) as server, pytest.raises(RogerError) as caught:
        run(server, sha256(b"something else"))
    assert caught.value.problem.code == "MDL-04"
    assert sha256(CONTENT)[:16] in caught.value.problem.message
    assert "deleted" in caught.value.problem.hint
    assert run.left == []


def test_a_missing_file_is_not_asked_for_twice(run: Run) -> None:
    with FileServer(CONTENT, statuses=[404, 404]) as server, pytest.raises(RogerError) as caught:
        run(server)
    assert (caught.value.problem.code, server.requests) == ("MDL-03", [""])
    assert "404" in caught.value.problem.message


def test_nobody_at_home(run: Run) -> None:
    with FileServer(CONTENT) as server:
        pass
    server.requests.clear()
    with pytest.raises(RogerError) as caught:
        run(server)
    assert caught.value.problem.code == "MDL-03"
    assert run.waited == list(PAUSES_S)
