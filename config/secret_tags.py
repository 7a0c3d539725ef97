"""Secrets that stand outside of the YAML: `!env NAME` and `!file PATH`."""

from __future__ import annotations

import os
import stat
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from config.secrecy import keep
from config.yaml_reader import SecretError, SecretReader


def secrets_of(folder: Path) -> SecretReader:
    """Reads the secrets of the configuration in `folder`; paths are relative to it."""
    return partial(_read, folder)


def _read(folder: Path, tag: str, name: str) -> SecretStr:
    if not name:
        raise SecretError(f"{tag} needs a name behind it", f"for example {tag} {'KEY' if tag == '!env' else 'key.txt'}")
    return SecretStr(keep(_from_environment(name) if tag == "!env" else _from_file(folder, name)))


def _from_environment(name: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        hint = f"export {name}=... in the shell that starts Roger, or Environment={name}=... in its service"
        raise SecretError(f"the environment variable {name} is not set", hint)
    return value


def _from_file(folder: Path, name: str) -> str:
    path = folder / Path(name).expanduser()
    try:
        value = path.read_text("utf-8").strip()
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise SecretError(f'the secret in "{name}" cannot be read: {reason}', f"write it into {path}") from None
    if not value:
        raise SecretError(f'"{name}" is empty', f"write the secret into {path}")
    own = os.name == "posix" and not Path(name).is_absolute()  # others, such as /run/secrets, have rules of their own
    if own and mode & stat.S_IROTH:
        raise SecretError(f'everyone on this computer can read the secret in "{name}"', f"chmod 600 {path}")
    return value
