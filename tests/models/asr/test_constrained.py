"""The beam search against trying everything, on random weights: some hear this best, some that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import TypeAlias

import numpy as np
import pytest

from models.asr.constrained import PATIENCE, ConstrainedSearch, Sentence
from models.asr.convert import convert_whisper
from models.asr.decode import Prompted, prompt, text_log_probs
from models.asr.prior import SHARE, Prior
from models.asr.spelling import Spelling
from models.asr.tokenizer import Tokenizer
from models.asr.whisper import WhisperModel
from models.intent.units import units
from tests.models.asr.grammars import compiled
from tests.models.asr.tiny_whisper import TEXT_TOKENS, random_weights, write_source

ROUNDING = 0.02
"""For each token: int8 takes its scale from all that is computed at once."""
LIMIT = 40
SEEDS = range(12)
SAME_LENGTH = ["bad", "mux", "keb", "vsq"]
SAME_LENGTH_LETTERS = "Ġabdekmqsuvx"
BEGINNINGS = ["b", "ba", "bad", "bade"]
ASCII = "".join(TEXT_TOKENS[:128])


@dataclass(frozen=True)
class Heard:
    """One model that listened to one noise."""

    model: WhisperModel
    prompted: Prompted
    prior: Prior

    def search(self, spelling: Spelling, limit: int = LIMIT) -> ConstrainedSearch:
        return ConstrainedSearch(self.model, self.prompted, self.prior, spelling, limit)

    def all_found(self) -> list[Sentence]:
        return self.search(self.spelling(SAME_LENGTH, SAME_LENGTH_LETTERS)).run() or []

    def spelling(self, words: list[str], alphabet: str) -> Spelling:
        """Only of tokens in these letters: few ways to write a sentence, and none to write what is polite around it."""
        tokens = [token if set(token) <= set(alphabet) else "" for token in TEXT_TOKENS]
        return Spelling(compiled("en", f"({'|'.join(words)})"), Tokenizer(tokens), self.model.special.end)

    def forced(self, text: str, tokens: tuple[int, ...]) -> Sentence:
        """`text` as probable as it is when nothing else is looked at."""
        logits, _ = self.model.extend(self.prompted.encoded, tokens, self.prompted.cache)
        rows = np.vstack([self.prompted.log_probs, text_log_probs(self.model, logits)])
        log_prob = float(sum(rows[i, token] for i, token in enumerate((*tokens, self.model.special.end))))
        return Sentence(units(text), tokens, log_prob, self.prior.log_prob(tokens))


Hear: TypeAlias = Callable[[int], Heard]


@pytest.fixture(scope="module")
def hear(tmp_path_factory: pytest.TempPathFactory) -> Hear:
    @cache
    def heard(seed: int) -> Heard:
        folder = tmp_path_factory.mktemp(f"random_{seed}")
        source = write_source(folder / "source", random_weights(seed=seed))
        convert_whisper(source, folder, lambda what, share: None)
        model = WhisperModel(folder, threads=1)
        features = np.random.default_rng(seed).normal(size=(1, 80, 200)).astype(np.float32)
        return Heard(model, prompt(model, model.encode(features), ["en"]), Prior(model, "en"))

    return heard


def cuts(text: str) -> Iterator[tuple[int, ...]]:
    """All tokens that make up `text`, in every way; " " is written as the vocabulary does."""
    if not text:
        yield ()
    for n in range(1, len(text) + 1):
        if text[:n] in TEXT_TOKENS:
            yield from ((TEXT_TOKENS.index(text[:n]), *rest) for rest in cuts(text[n:]))


def every(heard: Heard, words: list[str]) -> list[Sentence]:
    """Every way to write each of `words`, best first."""
    ways = [heard.forced(word, tokens) for word in words for text in (word, "Ġ" + word) for tokens in cuts(text)]
    return sorted(ways, key=lambda sentence: sentence.rank, reverse=True)


def rounding(sentence: Sentence) -> float:
    return ROUNDING * (len(sentence.tokens) + 1)


def as_good_as_the_best(sentences: list[Sentence]) -> list[tuple[int, ...]]:
    """The spellings that cannot be told from the best one, but for rounding."""
    best = sentences[0]
    return [one.tokens for one in sentences if one.rank > best.rank - rounding(one) - rounding(best)]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("words", "alphabet"),
    [(SAME_LENGTH, SAME_LENGTH_LETTERS), (BEGINNINGS, "Ġabde"), (["the"], "Ġthe")],
    ids=["of the same length", "beginnings of each other", "one word in many ways"],
)
def test_the_best_of_all_is_found(hear: Hear, words: list[str], alphabet: str, seed: int) -> None:
    heard = hear(seed)
    tried = every(heard, words)
    found = heard.search(heard.spelling(words, alphabet)).run()
    assert found
    assert found[0].tokens in as_good_as_the_best(tried)
    for sentence in found:
        assert sentence.tokens in as_good_as_the_best([one for one in tried if one.units == sentence.units])
        alone = next(one for one in tried if one.tokens == sentence.tokens)
        assert sentence.units == alone.units
        assert sentence.log_prob == pytest.approx(alone.log_prob, abs=rounding(alone))
        assert sentence.prior == pytest.approx(alone.prior, abs=rounding(alone))


def test_random_models_do_not_all_hear_the_same(hear: Hear) -> None:
    best = [hear(seed).all_found()[0] for seed in SEEDS]
    assert len({sentence.units for sentence in best}) == len(SAME_LENGTH)


def test_audio_tells_more_than_the_prior(hear: Hear) -> None:
    """The same model without audio would have chosen otherwise for some of the noises."""
    assert any(hear(seed).all_found()[0].prior < max(one.prior for one in hear(seed).all_found()) for seed in SEEDS)


@pytest.mark.parametrize("seed", range(3))
def test_sentences_come_best_first_and_each_once(hear: Hear, seed: int) -> None:
    found = hear(seed).all_found()
    assert len(found) == len(SAME_LENGTH)
    assert [one.rank for one in found] == sorted((one.rank for one in found), reverse=True)
    assert len({one.units for one in found}) == len(found)


@pytest.mark.parametrize("seed", range(6))
def test_of_two_spellings_that_say_the_same_the_better_one_goes_on(hear: Hear, seed: int) -> None:
    """ "z" and "Z" are one token each and lead to the same place."""
    heard = hear(seed)
    evidence = heard.prompted.log_probs - SHARE * heard.prior.prompted.log_probs
    small, capital = TEXT_TOKENS.index("z"), TEXT_TOKENS.index("Z")
    better = small if evidence[small] > evidence[capital] else capital
    (found,) = heard.search(heard.spelling(["zz"], "zZ")).run() or []
    assert found.units == ("zz",)
    assert found.tokens[0] == better
    assert set(found.tokens) <= {small, capital}


# ---- interrupted ----


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("words", "alphabet"), [(SAME_LENGTH, SAME_LENGTH_LETTERS), (["turn on the light"], ASCII)])
def test_an_interruption_at_any_step_changes_nothing(hear: Hear, words: list[str], alphabet: str, seed: int) -> None:
    heard = hear(seed)
    spelling = heard.spelling(words, alphabet)
    asked = count()
    whole = heard.search(spelling).run(lambda: next(asked) < 0)
    steps = next(asked)
    assert whole
    assert steps > 3
    for at in range(steps):
        answers = iter([False] * at + [True])
        search = heard.search(spelling)
        assert search.run(answers.__next__) is None
        assert search.run() == whole
        assert search.run() == whole


def test_interrupted_before_every_step_it_still_comes_to_the_end(hear: Hear) -> None:
    heard = hear(0)
    spelling = heard.spelling(SAME_LENGTH, SAME_LENGTH_LETTERS)
    search = heard.search(spelling)
    found = None
    for _ in range(LIMIT):
        answers = iter([False, True])
        found = found or search.run(answers.__next__)
    assert found == heard.search(spelling).run()


def test_interrupted_at_once_nothing_is_done(hear: Hear) -> None:
    search = hear(0).search(hear(0).spelling(SAME_LENGTH, SAME_LENGTH_LETTERS))
    assert [search.run(lambda: True) for _ in range(100)] == [None] * 100
    assert search.run() == hear(0).all_found()


# ---- limits ----


@pytest.mark.parametrize("limit", range(5))
def test_no_sentence_has_more_tokens_than_the_limit(hear: Hear, limit: int) -> None:
    """The end is a token, too."""
    heard = hear(0)
    found = heard.search(heard.spelling(BEGINNINGS, "abde"), limit).run()
    assert found is not None
    assert {one.units[0] for one in found} == set(BEGINNINGS[: max(limit - 1, 0)])


def test_what_has_fallen_far_behind_is_given_up(hear: Hear) -> None:
    heard = hear(0)
    tried = every(heard, BEGINNINGS)
    longest = next(one for one in tried if one.units == ("bade",))
    assert longest.rank < tried[0].rank - 2 * PATIENCE
    found = heard.search(heard.spelling(BEGINNINGS, "Ġabde")).run() or []
    assert longest.units not in {one.units for one in found}


def test_a_sentence_that_cannot_be_written_is_not_found(hear: Hear) -> None:
    assert hear(0).search(hear(0).spelling(["zoo"], "abc")).run() == []


# ---- a sentence ----


def test_evidence_is_what_the_prior_does_not_explain_and_longer_sentences_are_not_the_worse_for_it() -> None:
    short = Sentence(("play",), (1,), log_prob=-2.0, prior=-2.5)
    long = Sentence(("play", "music"), (1, 2, 3), log_prob=-2.5, prior=-2.5)
    assert short.evidence == pytest.approx(-1.0)
    assert long.evidence == pytest.approx(-1.5)
    assert long.rank > short.rank
    expected_by_itself = Sentence(("play",), (1,), log_prob=-2.0, prior=-0.5)
    assert expected_by_itself.rank < short.rank
