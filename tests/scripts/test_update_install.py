"""What an image gets to be updated with: never a private key."""

from __future__ import annotations

import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.updates import SCRIPTS

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """A copy that compiles no module, and has no key yet."""
    folder = tmp_path / "update"
    shutil.copytree(SCRIPTS, folder, ignore=shutil.ignore_patterns("keys"))
    (folder / "firmware/build.sh").write_text("#!/bin/sh\n", "utf-8")
    return folder


def _install(scripts: Path, root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [str(scripts / "install.sh"), str(root)]
    environment |= {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_key_is_made_at_first_use_stays_here_and_only_its_certificate_goes_along(
    scripts: Path, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    for _ in range(2):
        done = _install(scripts, root)
        assert done.returncode == 0, done.stderr
    key = scripts / "keys/release.key.pem"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    written = {path: path.read_text("utf-8") for path in root.rglob("*") if path.is_file()}
    assert written[root / "etc/rauc/keyring.pem"] == (scripts / "keys/release.cert.pem").read_text("utf-8")
    assert not [path for path, text in written.items() if "PRIVATE KEY" in text]
    assert (root / "usr/lib/roger/update/tryboot-backend").stat().st_mode & stat.S_IXUSR


def test_a_key_that_is_given_for_a_certificate_is_refused(scripts: Path, tmp_path: Path) -> None:
    _install(scripts, tmp_path / "root")
    both = tmp_path / "both.pem"
    both.write_text("".join(path.read_text("utf-8") for path in (scripts / "keys").iterdir()), "utf-8")
    done = _install(scripts, tmp_path / "other", ROGER_RELEASE_CERT=str(both))
    assert done.returncode == 1
    assert "holds a private key" in done.stderr
    assert not (tmp_path / "other").exists()
