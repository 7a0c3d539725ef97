"""Real processes that are stopped in the middle of an installation: all or nothing, and the next run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models.store.installed import damages, read_manifest
from tests.models.store.file_server import FileServer, model_of, source_of
from tests.models.store.weights_site import WEIGHTS, ZIP, Site

ROOT = Path(__file__).parents[3]

SCRIPT = """
import sys
from pathlib import Path
from rich.console import Console
from models.store.install import Installer
from tests.models.store.file_server import model_of
from models.store.catalog import Source
source = Source.model_validate_json(sys.argv[2])
print(Installer(Path(sys.argv[1]), Console()).install(model_of(source)))
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "weights")


@pytest.fixture
def server() -> Iterator[FileServer]:
    with FileServer(ZIP) as server:
        yield server


def start(site: Site, server: FileServer) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SCRIPT, str(site.root), source_of(server.url, ZIP).model_dump_json()]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        command, env=environment, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def stopped_half_way(site: Site, server: FileServer, how: Callable[[subprocess.Popen[str]], None]) -> int:
    """Let a real process download 300,000 bytes, stop it, and give its exit status."""
    server.holds_at = 300_000
    process = start(site, server)
    assert server.held.wait(30)
    _until_downloaded(site, 300_000)
    how(process)
    process.communicate(timeout=30)
    server.release.set()
    return process.returncode


def _until_downloaded(site: Site, size_bytes: int) -> None:
    part = site.root / ".downloads" / "model.zip.part"
    patience = threading.Event()
    while not part.exists() or part.stat().st_size < size_bytes:
        patience.wait(0.01)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_process_stopped_in_a_download_leaves_a_part_that_is_used(
    site: Site, server: FileServer, how: signal.Signals
) -> None:
    status = stopped_half_way(site, server, lambda process: process.send_signal(how))
    assert status == -how
    assert site.visible == []
    folder = site.install(model_of(source_of(server.url, ZIP)))
    assert server.requests == ["", "bytes=300000-"]
    assert damages(folder, read_manifest(folder)) == []
    assert (site.visible, site.hidden) == (["small"], [])


def test_what_a_killed_run_had_half_unpacked_is_thrown_away(site: Site, server: FileServer) -> None:
    (site.root / ".building-small" / "raw").mkdir(parents=True)
    (site.root / ".building-small" / "raw" / "final.mdl").write_bytes(b"half")
    folder = site.install(model_of(source_of(server.url, ZIP)))
    assert (folder / "final.mdl").read_bytes() == WEIGHTS
    assert site.hidden == []


def test_a_second_fetch_waits_for_the_first_and_finds_the_model_there(site: Site, server: FileServer) -> None:
    server.holds_at = 300_000
    first = start(site, server)
    assert server.held.wait(30)
    second = start(site, server)
    assert second.stdout is not None
    assert "waiting for it" in second.stdout.readline()
    server.release.set()
    outputs = [process.communicate(timeout=30)[0] for process in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0]
    assert "small is installed and intact" in outputs[1]
    assert server.requests == [""]


def test_the_lock_of_a_killed_run_is_gone(site: Site, server: FileServer) -> None:
    stopped_half_way(site, server, subprocess.Popen.kill)
    site.install(model_of(source_of(server.url, ZIP)))
    assert "waiting" not in site.shown.getvalue()


KILLED_EVERYWHERE = """
import io, itertools, os, signal, sys
from pathlib import Path
from rich.console import Console
from models.store.install import Installer
from models.store.installed import damages, read_manifest
from tests.models.store.file_server import model_of, source_of
root, packed = Path(sys.argv[1]), Path(sys.argv[2]).read_bytes()
model = model_of(source_of("http://127.0.0.1:9/model.zip", packed))
OPERATIONS = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir"}

def install_and_die_before(operation):
    left = itertools.count(operation, -1)
    sys.addaudithook(lambda event, _: event in OPERATIONS and next(left) == 0 and os.kill(os.getpid(), signal.SIGKILL))
    Installer(root, Console(file=io.StringIO())).install(model)
    os._exit(0)

for operation in itertools.count():
    (root / ".downloads").mkdir(parents=True, exist_ok=True)
    (root / ".downloads" / "model.zip").write_bytes(packed)
    for folder in root.glob("small"):
        (folder / "final.mdl").write_bytes(b"damaged: it has to be replaced")
    child = os.fork()
    if child == 0:
        install_and_die_before(operation)
    status = os.waitpid(child, 0)[1]
    for folder in root.glob("[!.]*"):
        found = damages(folder, read_manifest(folder))
        assert not found or (folder / "final.mdl").read_bytes().startswith(b"damaged"), (operation, found)
    if status == 0:
        break
print(operation)
"""


def test_a_process_killed_before_any_of_its_file_operations_leaves_no_half_model(site: Site, tmp_path: Path) -> None:
    packed = tmp_path / "packed.zip"
    packed.write_bytes(ZIP)
    command = [sys.executable, "-c", KILLED_EVERYWHERE, str(site.root), str(packed)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.stderr == ""
    assert int(done.stdout) > 20, "so many operations were cut off, one by one"
    assert (site.visible, site.hidden) == (["small"], [])
