"""Text to actions, as roger.yaml wants it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from config.loader import Config
from config.schema import UnderstandingSettings
from controller.clock import stopwatch
from controller.engines.answering import make_judge
from controller.engines.folders import cache_folder
from controller.errors import RogerError
from controller.ports import Classifier

if TYPE_CHECKING:  # models are imported late, where they are made
    from models.embedding.sentences import SentenceEncoder
    from models.intent.answering import Stage
    from models.intent.cascade import Stopwatch
    from models.intent.meaning import MeaningClassifier
    from models.llm.process import EngineProcess

log = logging.getLogger(__name__)


def make_classifier(config: Config) -> Classifier:
    """The rules alone, which need no model and are there at once. Raises `RogerError` CFG-08."""
    return _classifier(config, make_stages(config, without_models=True))


def make_understanding(
    config: Config, measure: Stopwatch = stopwatch, given_up: Callable[[], bool] = lambda: False, *, wait: bool = False
) -> Classifier:
    """Rules first, then what the words mean, as far as roger.yaml wants it and its model is installed.

    Takes seconds where actions.yaml is new. Raises `RogerError` CFG-08, MDL-06.
    """
    return _classifier(config, make_stages(config, given_up=given_up, wait=wait), measure)


def make_stages(
    config: Config,
    *,
    without_models: bool = False,
    given_up: Callable[[], bool] = lambda: False,
    wait: bool = False,
) -> dict[str, Stage]:
    """The stages of understanding that there are, by name, in their order.

    Args:
        wait: Until the language model is loaded; else it is there when it is.

    Raises:
        RogerError: CFG-08, MDL-06.
    """
    from models.intent.cascade import Cascade
    from models.intent.complaints import Complaints
    from models.intent.rules import RulesClassifier

    rules = RulesClassifier(config.actions, config.roger.language)
    meaning = None if without_models else make_meaning(config, given_up)
    if meaning is None:
        return {"rules": rules, "complaints": Complaints(rules, rules)}
    anywhere = Cascade({"rules": rules, "meaning": meaning})
    stages: dict[str, Stage] = {"rules": rules, "complaints": Complaints(anywhere, rules), "meaning": meaning}
    if config.roger.understanding.llm == "local":
        from models.llm.stage import LlamaStage

        make = partial(_make_engine, config.roger.understanding)
        stages["llama"] = LlamaStage(meaning, make, cache_folder(), wait=wait)
    if config.roger.understanding.llm == "remote":
        from models.llm.remote import RemoteStage

        stages["remote"] = RemoteStage(meaning, partial(make_judge, config))
    return stages


def _make_engine(settings: UnderstandingSettings) -> EngineProcess:
    """Raises `RogerError` MDL-xx; MDL-05 where the board has too little memory."""
    from models.llm.files import gguf_of
    from models.llm.process import EngineProcess

    return EngineProcess(gguf_of(settings.llm_model, settings.llm_memory_mb), settings.llm_threads)


QUICK = ("rules", "complaints", "meaning")
"""The stages that decide on the parts of a sentence, of which there may be many."""


def _classifier(config: Config, stages: Mapping[str, Stage], measure: Stopwatch | None = None) -> Classifier:
    """One order or several, answers to what was asked, and what has to be asked."""
    from models.intent.answering import Answering
    from models.intent.cascade import Cascade, no_time
    from models.intent.safeguard import Safeguard
    from models.intent.several import Several

    whole = Cascade(stages, measure or no_time)
    part = Cascade({name: stage for name, stage in stages.items() if name in QUICK}, measure or no_time)
    return Safeguard(Answering(Several(whole, part, config.actions), config.actions), config.actions)


def make_meaning(config: Config, given_up: Callable[[], bool] = lambda: False) -> MeaningClassifier | None:
    """The stage that goes by meaning; None where it is switched off or its model is not installed."""
    settings = config.roger.understanding
    if not settings.meaning or not config.actions.actions:
        return None
    encode = _encoder(settings.model, "only what phrases say is understood")
    if encode is None:
        return None
    english = _encoder(settings.english_model, "less English is understood") if settings.english_model else None
    from models.intent.meaning import MeaningClassifier

    return MeaningClassifier(
        config.actions, encode, cache_folder(), given_up, beside={"en": english} if english else {}
    )


def _encoder(model: str, without: str) -> SentenceEncoder | None:
    """None, with a word in the log, where it is not installed. Raises `RogerError` MDL-01, MDL-04, MDL-06."""
    from models.store.fetch import folder_of

    try:
        folder = folder_of(model)
    except RogerError as error:
        if error.problem.code != "MDL-02":
            raise
        log.warning("%s; %s (%s)", error.problem.message, without, error.problem.hint)
        return None
    from models.embedding.sentences import SentenceEncoder

    return SentenceEncoder(folder)
