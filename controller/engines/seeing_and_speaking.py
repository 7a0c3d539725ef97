"""Camera, voice and speaker, as roger.yaml wants them."""

from __future__ import annotations

from pathlib import Path

from config.loader import Config
from config.privacy import may_reach
from controller.errors import RogerError
from controller.ports import Camera, Speaker, Voice


def speaks(config: Config) -> bool:
    """Whether answers are spoken."""
    return config.roger.speech.engine != "off"


def make_voice(config: Config) -> Voice:
    """The voice that roger.yaml names. Raises `RogerError` SPK-xx."""
    from models.speech.voices import EspeakVoice, PiperVoice

    settings = config.roger.speech
    if settings.engine == "endpoint":
        from models.speech.endpoint import EndpointVoice

        if not may_reach(settings.endpoint.base_url, config.roger.private):
            raise RogerError("SPK-01", "a server may not speak: private is true", "set speech.engine: espeak")
        return EndpointVoice(settings)
    make = PiperVoice if settings.engine == "piper" else EspeakVoice
    voices = {str(language): voice for language, voice in settings.voices.items()}
    return make(voices, settings.rate, settings.program)


def make_speaker(config: Config) -> Speaker:
    """Where speech comes out. Raises `RogerError` SPK-xx."""
    from controller.adapters.speaker_pyaudio import PyAudioSpeaker

    return PyAudioSpeaker(config.roger.speech.speaker)


def make_camera(config: Config) -> Camera:
    """The camera that roger.yaml names; nothing is switched on yet. Raises `RogerError` CAM-01 where it names none."""
    settings = config.roger.camera
    if settings.source == "v4l2":
        from controller.adapters.camera_v4l2 import V4l2Camera

        return V4l2Camera(settings.device, settings.limit_s)
    if settings.source == "rpicam":
        from controller.adapters.camera_rpicam import RpicamCamera

        return RpicamCamera(settings.limit_s)
    if settings.source == "file":
        from controller.adapters.camera_file import FileCamera

        return FileCamera(config.folder / Path(settings.path).expanduser(), settings.limit_s)
    raise RogerError("CAM-01", "the camera is switched off", "set camera.source in roger.yaml")
