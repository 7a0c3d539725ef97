"""`roger`: the command line."""

from __future__ import annotations

import argparse
import importlib
import keyword
import logging
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Final

from config.issues import ConfigError, render
from config.secrecy import hidden
from controller.errors import RogerError

COMMANDS: Final = (
    "run",
    "simulate",
    "replay",
    "report",
    "explore",
    "bench",
    "check",
    "doctor",
    "phrases",
    "look",
    "try",
    "train",
    "models",
    "say",
    "history",
    "web",
    "update",
    "settings",
)
"""Each is a module of controller.commands with `add(subparsers)` and `run(args) -> int`; that of `try` is `try_`."""

EPILOG: Final = """\
first steps:
  roger check                             is my configuration right?
  roger doctor                            is the device all right? what is wrong, and what mends it
  roger models fetch                      get the recogniser that roger.yaml names
  roger simulate --wav hello.wav          a whole turn on recorded speech, no hardware
  roger run                               on a Raspberry Pi, or on a PC with the space bar as the button

exit status: 0 all well, 2 an error that is explained on the screen, 130 interrupted
"""


def parser(commands: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """The command line, as far as `commands` go: each brings imports along that the others do not need."""
    roger = argparse.ArgumentParser(
        prog="roger",
        description="A push-to-talk voice assistant made like firmware.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    roger.add_argument("--version", action="version", version=f"roger {version('roger-assistant')}")
    roger.add_argument("-v", "--verbose", action="store_true", help="log what happens inside to standard error")
    subparsers = roger.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in commands:
        module = f"{name}_" if keyword.iskeyword(name) else name
        importlib.import_module(f"controller.commands.{module}").add(subparsers)
    return roger


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; errors that a user can mend are printed as code, cause and hint."""
    argv = sys.argv[1:] if argv is None else argv
    named = next((word for word in argv if not word.startswith("-")), "")
    needed: Sequence[str] = [named] if named in COMMANDS else COMMANDS
    try:
        args = parser(() if list(argv) == ["--version"] else needed).parse_args(argv)  # which imports
        _log_to_standard_error(logging.DEBUG if args.verbose else logging.WARNING)
        status = int(args.run(args))
        sys.stdout.flush()
        return status
    except RogerError as error:
        _explain(error)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output has gone: roger models list | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


class Discreet(logging.Formatter):
    """Writes no secret, whoever logs it."""

    def format(self, record: logging.LogRecord) -> str:
        return hidden(super().format(record))


def _log_to_standard_error(level: int) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet("%(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])


def _explain(error: RogerError) -> None:
    if isinstance(error, ConfigError):
        print(hidden("\n\n".join(map(render, error.issues))), file=sys.stderr)
        return
    problem = error.problem
    print(hidden(f"{problem.code} {problem.message}"), file=sys.stderr)
    if problem.hint:
        print(hidden(f"  {problem.hint}"), file=sys.stderr)
