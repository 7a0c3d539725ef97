"""`roger say`: a sentence with the configured voice, to try voice and speaker."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from config.loader import Config, load
from controller.adapters.speaker_wav import WavSpeaker
from controller.commands.options import add_command, add_config_option
from controller.engines import make_speaker, make_voice
from controller.errors import RogerError
from controller.sentences import complete
from controller.worker import Token
from states.speaking import language_of

EPILOG: Final = """\
examples:
  roger say "The light is on."                    with the voice and the speaker of roger.yaml
  roger say "불을 켰어요."                         Hangul is said by the Korean voice
  roger say --engine espeak --wav hello.wav Hello  into a file, without a speaker

It says sentence by sentence, as it says answers. Ctrl-C ends it.
"""


def add(subparsers: Any) -> None:
    """Register the command."""
    command = add_command(subparsers, "say", "try the voice", "Says a text.", EPILOG)
    command.add_argument("text", nargs="+", help="what to say")
    command.add_argument("--language", choices=("en", "ko"), help="which voice; else that of the letters")
    command.add_argument("--engine", choices=("espeak", "piper", "endpoint"), help="instead of speech.engine")
    command.add_argument("--wav", type=Path, metavar="FILE", help="write it into a file instead")
    add_config_option(command)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Say it to the end."""
    config = _with_engine(load(args.config), args.engine)
    if config.roger.speech.engine == "off":
        raise RogerError("SPK-01", "speech is switched off", "set speech.engine in roger.yaml, or give --engine espeak")
    sentences, _ = complete(" ".join(args.text), 0, final=True)
    voice = make_voice(config)
    speaker = WavSpeaker(_into(args.wav)) if args.wav else make_speaker(config)
    token = Token()
    try:
        if args.wav:
            text = " ".join(sentences)
            speaker.play(voice.say(text, args.language or language_of(text, config.roger.language), token), token)
            return 0
        for sentence in sentences:
            language = args.language or language_of(sentence, config.roger.language)
            speaker.play(voice.say(sentence, language, token), token)
    finally:
        token.cancel()
        voice.close()
        speaker.close()
    return 0


def _with_engine(config: Config, engine: str | None) -> Config:
    if engine is None:
        return config
    speech = config.roger.speech.model_copy(update={"engine": engine})
    return replace(config, roger=config.roger.model_copy(update={"speech": speech}))


def _into(path: Path) -> Callable[[bytes], None]:
    def write(content: bytes) -> None:
        try:
            path.write_bytes(content)
        except OSError as error:
            raise RogerError("SPK-05", f"{path} cannot be written: {error.strerror}", "give another file") from None

    return write
