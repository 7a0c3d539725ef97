"""Everything that roger.yaml names, made: the only importers of adapters and models, which they import late."""

from __future__ import annotations

from controller.engines.answering import allowed_servers, make_chat, make_conversation, make_servers
from controller.engines.folders import cache_folder, history_file, runtime_folder, state_folder
from controller.engines.hearing import make_recognizer
from controller.engines.seeing_and_speaking import make_camera, make_speaker, make_voice, speaks
from controller.engines.understanding import make_classifier, make_meaning, make_stages, make_understanding

__all__ = [
    "allowed_servers",
    "cache_folder",
    "history_file",
    "make_camera",
    "make_chat",
    "make_classifier",
    "make_conversation",
    "make_meaning",
    "make_recognizer",
    "make_servers",
    "make_speaker",
    "make_stages",
    "make_understanding",
    "make_voice",
    "runtime_folder",
    "speaks",
    "state_folder",
]
