"""What the screen shows of each fault of the device's parts, as docs/troubleshooting.md shows it."""

from __future__ import annotations

from typing import Final

from controller.errors import Problem
from controller.turn import Scene, Turn

TROUBLES: Final = tuple(
    Problem(code, message, hint)
    for code, message, hint in (
        ("BTN-01", "the button on GPIO21 cannot be used: GPIO busy", "no other program may use the pin"),
        ("BTN-02", "the button on GPIO21 is pressed", "let it go; if nobody holds it, GPIO21 touches GND"),
        ("BTN-03", "the button on GPIO21 is gone", "restart the device"),
        ("MIC-01", 'no microphone is named "Yeti"', 'there are: "USB PnP"'),
        ("MIC-02", 'microphone "USB PnP" is gone', "plug it in again"),
        ("MIC-03", "PyAudio is not installed", "sh scripts/setup.sh device"),
        ("MIC-04", "it clips: 2.1% of the samples are at full scale", "turn its capture volume down: alsamixer"),
        ("DSP-03", "bus 1 runs at 100 kHz: a picture takes 92 ms", "put i2c_arm_baudrate=400000 into config.txt"),
        ("ACT-01", 'the output "fan" on GPIO24 cannot be switched: GPIO busy', "no other program may use the pin"),
        ("SPK-01", "espeak-ng cannot be run: No such file or directory", "sudo apt install espeak-ng"),
        ("SPK-02", "espeak-ng failed (exit status 1)", "try it: roger say hello"),
        ("SPK-03", "espeak-ng said nothing for 10 s", "try again; is the computer busy?"),
        ("SPK-04", "api.example.org refused to speak (401)", "check speech.endpoint"),
        ("SPK-05", "there is no speaker", "plug one in; `aplay -l` must list it"),
        ("CAM-01", "the camera is switched off", "set camera.source in roger.yaml"),
        ("CAM-02", "the camera gave no picture within 10 s", "check its cable"),
        ("CAM-03", "the camera took no picture", "try it: roger look"),
        ("MDL-02", 'the model "whisper-base" is not installed', "run: roger models fetch whisper-base"),
        ("MDL-04", "whisper-tiny.en: encoder.onnx has other content", "run: roger models fetch whisper-tiny.en"),
        ("MDL-05", "there is no room for whisper-base", "make room on the disk"),
        ("MDL-06", "whisper-tiny.en cannot be loaded", "run: roger models fetch whisper-tiny.en"),
        ("SYS-01", "an unexpected fault inside Roger", "see the log"),
        ("SYS-02", "60 of 926 MB free", "end other programs, or set a smaller recognizer.model"),
        ("SYS-03", "/var/lib/roger: 5 MB free", "make room on the disk"),
        ("SYS-04", "the file system on mmcblk0p7 has had 3 errors", "write the image to a new card"),
        ("SYS-05", "the clock says 1970-01-01, which is long ago", "connect it to the network"),
        ("SYS-06", "the voltage is too low now", "use the official supply"),
        ("SYS-07", "lgpio 0.1.0.1 is an empty stub", "pip install lgpio==0.2.2.0"),
        ("SYS-08", "i2c gives no answer within 30 s", "restart the device"),
        ("SRV-01", "Roger fell over: ValueError in loop.py:51", "see what it says: journalctl -u roger"),
        ("SRV-02", "Roger was killed: the memory was full", "choose a smaller model in roger.yaml"),
        ("SRV-03", "Roger hung and was restarted: its loop stood still", "see what it says: journalctl -u roger"),
        ("SRV-05", "the service is failed, its last run ended with: watchdog", "sudo systemctl start roger"),
    )
)
"""One for each code, with words that Roger or the doctor uses."""


def card(problem: Problem) -> Scene:
    """The screen that a turn ends with where something failed."""
    return Scene("displaying", turn=Turn(id=1, outcome="failed", problem=problem))
