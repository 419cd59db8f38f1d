"""The real recognizer over the real model: people and places nobody told us of."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml.deidentify.entities import EntityRecognizer
from ml.deidentify.identifiers import KnownIdentifiers
from ml.deidentify.redact import Redactor
from ml.errors import BackendNotInstalled
from ml.tests.real_models import models_dir


@pytest.fixture(scope="module")
def entities() -> EntityRecognizer:
    pytest.importorskip("presidio_analyzer")
    return EntityRecognizer(models_dir("spacy-en") / "spacy-en")


@pytest.mark.weights
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "My sister Leila lives in Leeds and her number is 07700 900123.",
            "My sister [NAME_1] lives in [PLACE_1] and her number is [NUMBER_1].",
        ),
        ("i told mike that i would never do it", "i told [NAME_1] that i would never do it"),
        ("He works at Boeing.", "He works at [ORGANIZATION_1]."),
        (
            "Client takes Prozac since CBT ended; PHQ-9 was 14.",
            "Client takes Prozac since CBT ended; PHQ-9 was 14.",
        ),
    ],
)
def test_names_and_places_are_found(entities: EntityRecognizer, text: str, expected: str) -> None:
    assert Redactor(KnownIdentifiers(), entities)(text) == expected


def test_without_the_model_it_says_what_is_missing(tmp_path: Path) -> None:
    pytest.importorskip("presidio_analyzer")
    with pytest.raises(BackendNotInstalled, match="spacy-en"):
        EntityRecognizer(tmp_path)
