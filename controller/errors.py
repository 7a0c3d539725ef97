"""Every error that a user can meet has a stable code, a cause in plain words and a hint at the remedy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CODES: Final[dict[str, str]] = {
    # configuration
    "CFG-01": "a configuration file cannot be read",
    "CFG-02": "YAML that cannot be parsed",
    "CFG-03": "a key that is written twice",
    "CFG-04": "a key that does not exist",
    "CFG-05": "a value of the wrong kind or out of range",
    "CFG-06": "a required key is missing",
    "CFG-07": "a pin that is used twice",
    "CFG-08": "a regular expression or phrase that cannot be parsed",
    "CFG-09": "a slot that no phrase fills, or that is not declared",
    "CFG-10": "an output or name that does not exist",
    "CFG-11": "a secret that is missing, or written into the YAML",
    "CFG-12": "a vocabulary that is not installed",
    # the memory card's settings.txt
    "SET-01": "a settings file that cannot be read",
    "SET-02": "a line of settings.txt that is no `key = value`",
    "SET-03": "a key that settings.txt does not have",
    "SET-04": "a setting that is written twice",
    "SET-05": "a setting with a value that cannot be used",
    "SET-06": "a Wi-Fi password that cannot be right",
    "SET-07": "a setting without another one that it needs",
    "SET-08": "a file of Raspberry Pi Imager's that cannot be understood",
    "SET-09": "a setting that the system did not take",
    "SET-10": "a language whose model is not installed",
    # network
    "NET-01": "no Wi-Fi of that name in reach",
    "NET-02": "the Wi-Fi refused the password",
    "NET-03": "joined, but the router gave no address",
    "NET-04": "the Wi-Fi cannot be joined",
    "NET-05": "no network is set, and no cable is plugged in",
    # the machine
    "FSM-01": "a state machine that is not sound",
    "FSM-02": "a step took longer than its deadline",
    "SYS-01": "an unexpected fault inside Roger",
    "SYS-02": "too little memory",
    "SYS-03": "a disk that is full, or cannot be written to",
    "SYS-04": "a memory card that fails",
    "SYS-05": "a clock that is wrong",
    "SYS-06": "heat, or too low a voltage",
    "SYS-07": "a package that is missing, or of a version that does not work",
    "SYS-08": "a part that gives no answer",
    # how the last run ended
    "SRV-01": "a fault ended the last run",
    "SRV-02": "the last run was killed",
    "SRV-03": "the last run hung, and was restarted",
    "SRV-04": "the power went away during the last run",
    "SRV-05": "the service does not run",
    # updates
    "UPD-01": "a release that cannot be read",
    "UPD-02": "a release that is damaged, cut off, or none at all",
    "UPD-03": "a release that somebody else signed",
    "UPD-04": "a release for another device",
    "UPD-05": "a release older than the one that runs",
    "UPD-06": "a release that runs already",
    "UPD-07": "a release that there is no room for",
    "UPD-08": "a power supply too weak to update",
    "UPD-09": "a computer that is not updated this way",
    "UPD-10": "only root may update",
    "UPD-11": "a release that is still on trial",
    "UPD-12": "an update that could not be installed",
    "UPD-13": "an update that was undone",
    "UPD-14": "no release to go back to",
    "UPD-15": "a new release runs",
    # models and their weights
    "MDL-01": "a model that the catalogue does not list",
    "MDL-02": "a model that is not installed",
    "MDL-03": "a download failed",
    "MDL-04": "weights that do not match their checksum",
    "MDL-05": "not enough room on the disk",
    "MDL-06": "weights that cannot be converted or loaded",
    "MDL-07": "weights whose checksum is not known",
    # microphone and recogniser
    "MIC-01": "no microphone, or none of that name",
    "MIC-02": "the microphone went away",
    "MIC-03": "no audio library",
    "MIC-04": "sound that cannot be understood",
    "ASR-01": "an audio file that cannot be read",
    "ASR-02": "the recogniser failed",
    "ASR-04": "a model that does not know the language",
    # button, display, outputs
    "BTN-01": "no button: the GPIO pin cannot be used",
    "BTN-02": "a button that is always pressed",
    "BTN-03": "the button's pins went away",
    "DSP-01": "no display on the bus",
    "DSP-02": "the display stopped answering",
    "DSP-03": "a display that draws slowly",
    # actions
    "ACT-01": "an output that cannot be switched",
    "ACT-02": "a command that failed or is not there",
    "ACT-03": "an action took longer than its limit",
    "ACT-04": "an HTTP request failed",
    "ACT-05": "a slot that an action needs was not said",
    "ACT-06": "a value that an action cannot use",
    # chat
    "CHAT-01": "the bigger model is not set up",
    "CHAT-02": "the chat server cannot be reached",
    "CHAT-03": "the chat server refused the request",
    "CHAT-04": "the chat server took too long",
    "CHAT-05": "the answer broke off",
    "CHAT-06": "the day's tokens are used up",
    # images, camera, speech
    "IMG-01": "no image, or one of a format that Roger cannot read",
    "IMG-02": "an image that is too large",
    "IMG-03": "an image that is broken",
    "IMG-04": "an image that is not there any more",
    "IMG-05": "an image that cannot be written",
    "CAM-01": "no camera, or no program for it",
    "CAM-02": "a camera that took too long",
    "CAM-03": "a camera that failed",
    "SPK-01": "a voice that is not installed",
    "SPK-02": "a voice that failed",
    "SPK-03": "a voice that took too long",
    "SPK-04": "a server that does not speak",
    "SPK-05": "no speaker, or none of that name",
    # the web page
    "WEB-01": "somebody else is speaking",
    "WEB-02": "somebody else is using the device",
    "WEB-03": "a page that cannot be served",
    "WEB-04": "too many visitors",
    # history
    "HIS-01": "a history that cannot be written or read",
    "HIS-02": "a history that is damaged",
    "HIS-03": "a question to the history that has no answer",
    # traces
    "TRC-01": "a file that is no trace",
    "TRC-02": "a trace of another version",
    "TRC-03": "a line of a trace that cannot be read",
    "TRC-04": "a report that cannot be written",
}
"""What each code stands for; docs/errors.md is made from this table."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as a value, for events, screens and traces.

    Attributes:
        code: One of `CODES`.
        message: What happened, naming the thing that it happened to.
        hint: What the user can do; may be empty.
    """

    code: str
    message: str
    hint: str = ""


class RogerError(Exception):
    """The one root of all errors that Roger raises on purpose."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        if code not in CODES:
            raise ValueError(f"error code {code!r} is not declared in controller/errors.py")
        super().__init__(f"{code} {message}" + (f"; {hint}" if hint else ""))
        self.problem = Problem(code, message, hint)
