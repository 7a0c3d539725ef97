"""What the catalogue promises about every model in it."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from config.schema import RecognizerSettings
from controller.errors import RogerError
from models.store.catalog import FOLDER, Archive, Model, Source, catalogue, find

MODELS = list(catalogue().values())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_what_has_a_licence_comes_with_its_text(model: Model) -> None:
    if not model.pinned:
        return  # its publisher has it
    assert (model.notice is None) == (model.licence == "unknown")
    if model.notice:
        first_line = (FOLDER / "licences" / model.notice).read_text(encoding="utf-8").strip().splitlines()[0]
        assert {"MIT": "MIT License", "Apache-2.0": "Apache License"}[model.licence] in first_line


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_what_nobody_has_tested_is_not_pinned_and_what_was_tested_is(model: Model) -> None:
    assert [source.pinned for source in model.sources] == [source.tested for source in model.sources]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_urls_are_encrypted_and_name_no_package_index(model: Model) -> None:
    urls = [archive.url for source in model.sources for archive in source.archives if archive.url]
    assert all(re.match(r"https://(alphacephei\.com|huggingface\.co)/", url) for url in urls)


def test_the_default_recogniser_is_listed_licensed_and_tested() -> None:
    default = find(RecognizerSettings().model)
    assert default.licence == "MIT"
    assert default.engine == RecognizerSettings().engine
    assert default.sources[0].tested


def test_a_typing_error_is_met_with_the_right_name() -> None:
    with pytest.raises(RogerError) as caught:
        find("wisper-tiny.en")
    assert caught.value.problem.code == "MDL-01"
    assert "wisper-tiny.en" in caught.value.problem.message
    assert "did you mean whisper-tiny.en?" in caught.value.problem.hint


def test_a_name_like_no_other_is_met_with_the_list() -> None:
    with pytest.raises(RogerError) as caught:
        find("q")
    assert caught.value.problem.hint == "`roger models list` shows all"


@pytest.mark.parametrize("places", [{}, {"pypi": "roger==1.0", "url": "https://example.org/roger.zip"}])
def test_an_archive_has_one_place(places: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="either"):
        Archive.model_validate(places)


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "weights/../../outside"])
def test_a_file_cannot_leave_its_folder(name: str) -> None:
    content = {"archives": [{"pypi": "roger==1.0"}], "files": {name: {"sha256": "0" * 64}}}
    with pytest.raises(ValidationError, match="leaves its folder"):
        Source.model_validate(content)
