"""`roger simulate` in a terminal: the device's front panel, to be used by hand."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from config.loader import Config, load
from controller.adapters.microphone_absent import microphone_or_none
from controller.app import Surroundings
from controller.engines import make_classifier, make_recognizer
from controller.ports import Classifier
from controller.simulator.terminal.app import Simulator
from controller.simulator.terminal.real import Real
from controller.simulator.terminal.session import Session


def run(args: argparse.Namespace) -> int:
    """Run until the user quits."""

    def begin(config: Config) -> Session:
        classifier = make_classifier(config)
        return Session(config, classifier, _real(config, classifier) if args.mic else None)

    app = Simulator(begin(load(args.config)), begin, Path.cwd())
    try:
        app.run()
        if args.trace:
            args.trace.parent.mkdir(parents=True, exist_ok=True)
            args.trace.write_text(app.session.trace().result(10.0), encoding="utf-8")
    finally:
        app.session.close()
    return app.return_code or 0


def _real(config: Config, classifier: Classifier) -> Real:
    """The microphone of this computer, and the engines of roger.yaml; the outputs stay simulated."""

    def around(simulated: Surroundings) -> Surroundings:
        return replace(
            simulated,
            make_microphone=lambda clock, post: microphone_or_none(config.roger.microphone, clock, post),
            make_recognizer=lambda: make_recognizer(config),
            make_classifier=lambda: classifier,
        )

    names = frozenset({"microphone", "hear", "understand"})
    return Real(names, frozenset({"hearing", "understanding"}), around)
