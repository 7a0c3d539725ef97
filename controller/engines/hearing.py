"""Speech to text, as roger.yaml wants it."""

from __future__ import annotations

from config.loader import Config
from controller.ports import Recognizer


def make_recognizer(config: Config) -> Recognizer:
    """The engine that roger.yaml names. Takes a second or two; raises `RogerError` ASR-xx, MDL-xx or CFG-08."""
    from models.store.fetch import folder_of

    settings = config.roger.recognizer
    folder = folder_of(settings.model)
    if settings.engine == "vosk":
        from models.asr.vosk import VoskRecognizer
        from models.intent.samples import speakers_of

        return VoskRecognizer(folder, settings.language, speakers_of(config.actions) if settings.grammar else {})
    from models.asr.recognizer import WhisperRecognizer
    from models.intent.compiled import grammars_of

    grammars = grammars_of(config.actions) if settings.grammar else {}
    return WhisperRecognizer(folder, settings.language, settings.threads, settings.partials, grammars, settings.load)
