"""`roger check`: is the configuration right, and what does it say?"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from config.json_schema import write_schemas
from config.loader import Config, ConfigError, Issue, load, render
from config.schema import Output
from controller.commands.options import add_command, add_config_option
from controller.engines import allowed_servers, make_recognizer
from controller.errors import RogerError

EPILOG: Final = """\
examples:
  roger check                        the configuration that comes with Roger
  roger check --config ~/my-roger    your own
  roger check --json                 the errors for another program, as a list; [] if there are none
  roger check --schema               files that let VS Code complete and check the YAML while you type

It exits with 0 if all is well, and with 2 if there are errors. The codes are explained in docs/errors.md.
"""


def add(subparsers: Any) -> None:
    """Register the command."""
    command = add_command(
        subparsers,
        "check",
        "find mistakes in the configuration",
        "Reads roger.yaml, actions.yaml and screens.yaml, shows every mistake in its line, "
        "and sums up what is configured if there are none. Nothing is switched on, changed or sent.",
        EPILOG,
    )
    command.add_argument("--json", action="store_true", help="print the errors as JSON")
    command.add_argument("--schema", action="store_true", help="write JSON Schema into DIR/json_schema, for editors")
    add_config_option(command)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check, and print what was found."""
    console = Console(highlight=False, soft_wrap=True)
    if args.schema:
        return _write_schemas(args.config, console)
    config, issues = _load(args.config)
    if args.json:
        print(
            json.dumps([{**asdict(issue), "file": str(issue.file)} for issue in issues], ensure_ascii=False, indent=1)
        )
    elif config is None:
        _print_issues(issues, console)
    else:
        for title, value in _summary(config).items():
            console.print(Text.assemble((f"{title:<15}", "bold"), value))
    return 2 if issues else 0


def _load(folder: Path) -> tuple[Config | None, Sequence[Issue]]:
    try:
        return load(folder), ()
    except ConfigError as error:
        return None, error.issues


def _print_issues(issues: Sequence[Issue], console: Console) -> None:
    for issue in issues:
        console.print(_coloured(render(issue)), end="\n\n")
    files = len({issue.file for issue in issues})
    errors = "1 error" if len(issues) == 1 else f"{len(issues)} errors"
    console.print(f"{errors} in {'1 file' if files == 1 else f'{files} files'}")


def _coloured(rendered: str) -> Text:
    text = Text(rendered)
    text.highlight_regex(r"\A\S+ (?P<code>\S+) .*", style="bold")
    text.highlight_regex(r"(?<= )[A-Z]+-\d+(?= )", style="bold red")
    text.highlight_regex(r"(?m)^  \| +\^$", style="bold red")
    text.highlight_regex(r"(?m)^  = .*", style="green")
    return text


def _summary(config: Config) -> dict[str, str]:
    roger = config.roger
    return {
        "configuration": f"{config.folder}, no errors",
        "button": f"{roger.button.pin}, {'hold or tap' if roger.button.tap else 'hold'} to talk",
        "microphone": roger.microphone.name or "the system's default",
        "recogniser": f"{roger.recognizer.engine}, {roger.recognizer.model}, language {roger.recognizer.language}",
        "display": _display(config),
        "chat": _chat(config),
        "speech": roger.speech.engine,
        "camera": roger.camera.source,
        "history": f"{roger.history.keep_days} days" if roger.history.enabled else "off",
        "actions": _actions(config),
        **_vocabulary(config),
        "outputs": _outputs(config) or "none",
        **({"settings.txt": "\n".join(config.given)} if config.given else {}),
        "digest": config.digest[:16],
    }


def _chat(config: Config) -> str:
    chat, private = config.roger.chat, config.roger.private
    if not chat.enabled:
        return "off: nothing you say leaves the device"
    here = [f"{chat.local.model} on this device"] if chat.local else []
    asked = [*here, *(f"{server.model} at {server.base_url}" for server in allowed_servers(config))]
    left_out = len(chat.preferred) - len(allowed_servers(config))
    note = f" (private: {left_out} left out)" if private and left_out else ""
    return f"{', then '.join(asked) or 'nobody may be asked'}{note}"


def _vocabulary(config: Config) -> dict[str, str]:
    """Which words of the user's sentences a model with a vocabulary of its own does not have. Loads the model."""
    if config.roger.recognizer.engine != "vosk" or not config.roger.recognizer.grammar:
        return {}
    from models.asr.vosk import VoskRecognizer

    try:
        recognizer = make_recognizer(config)
    except RogerError as error:
        return {"vocabulary": f"not checked: {error.problem.message}; {error.problem.hint}"}
    grammar = recognizer.grammar if isinstance(recognizer, VoskRecognizer) else None
    if grammar is None:
        return {"vocabulary": "the model cannot be held to your actions: no phrases in its language, or a fixed graph"}
    missing = ", ".join(grammar.missing)
    return {"vocabulary": f"never heard, say them otherwise: {missing}" if missing else "the model knows every word"}


def _display(config: Config) -> str:
    display = config.roger.display
    if display.driver in ("emulator", "terminal", "none"):
        return display.driver
    return f"{display.driver}, I2C bus {display.bus}, address 0x{display.address:02X}"


def _actions(config: Config) -> str:
    """ "8: 8 in en with 61 phrases, 8 in ko with 57 phrases" """
    actions = config.actions.actions.values()
    counts = {
        language: [len(action.phrases[language]) for action in actions if action.phrases.get(language)]
        for language in sorted({language for action in actions for language in action.phrases})
    }
    said = [f"{len(phrases)} in {language} with {sum(phrases)} phrases" for language, phrases in counts.items()]
    return f"{len(actions)}: {', '.join(said)}" if said else str(len(actions))


def _outputs(config: Config) -> str:
    return ", ".join(
        f"{name} {output.pin}{' (dimmed)' if output.pwm else ''}" if isinstance(output, Output) else f"{name} {output}"
        for name, output in config.actions.outputs.items()
    )


def _write_schemas(folder: Path, console: Console) -> int:
    try:
        comments = write_schemas(folder)
    except OSError as error:
        hint = "use --config with a folder of your own"
        raise RogerError("CFG-01", f"{folder} cannot be written to: {error.strerror}", hint) from error
    console.print("Put these comments into the first line of the files:")
    for name, comment in comments.items():
        console.print(f"  {name:<14}{comment}")
    return 0
