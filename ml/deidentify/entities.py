"""Names, places and organizations nobody told us of, found by Presidio over spaCy's English model.

Only Presidio's spaCy and telephone recognizers are used: its e-mail recognizer asks the internet
for a list of domains, and no text may cause a call to the outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ml.deidentify.spans import Kind, Span
from ml.errors import BackendNotInstalled
from ml.lexicon.clinical_terms import MEDICATIONS, SHORT_NAMES

_KINDS = {
    "PERSON": Kind.NAME,
    "LOCATION": Kind.PLACE,
    "ORGANIZATION": Kind.ORGANIZATION,
    "NRP": Kind.GROUP,
    "PHONE_NUMBER": Kind.NUMBER,
}
_LEAST_SCORE = 0.4
_IGNORED = "CARDINAL DATE EVENT LANGUAGE LAW MONEY ORDINAL PERCENT PRODUCT QUANTITY TIME WORK_OF_ART".split()
"""What spaCy finds beside; dates that identify have patterns of their own."""
_ROLES = re.compile(r"^(?:the\s+)?(?:client|therapist)(?:['’]s)?$", re.IGNORECASE)
"""The note's own words for the two people; the model takes "Client" for a name."""
_TERMS = frozenset((*MEDICATIONS, *SHORT_NAMES))
_LETTERS = re.compile(r"[a-z]+")


class EntityRecognizer:
    """Finds entities in English text.

    Args:
        model: the folder of spaCy's model (`spacy-en` in the weight store).

    Raises:
        BackendNotInstalled: presidio or spaCy is missing, or the model's folder is.
    """

    def __init__(self, model: Path) -> None:
        try:
            from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
            from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine
            from presidio_analyzer.predefined_recognizers import PhoneRecognizer, SpacyRecognizer
        except ImportError as error:
            raise BackendNotInstalled(
                f"De-identification needs the library {error.name!r}, which is not installed."
            ) from None
        if not (model / "config.cfg").is_file():
            raise BackendNotInstalled("The model 'spacy-en' is not here: fetch_models spacy-en brings it.")
        kinds = {
            "PERSON": "PERSON",
            "GPE": "LOCATION",
            "LOC": "LOCATION",
            "FAC": "LOCATION",
            "ORG": "ORGANIZATION",
            "NORP": "NRP",
        }
        engine = SpacyNlpEngine(
            models=[{"lang_code": "en", "model_name": str(model)}],
            ner_model_configuration=NerModelConfiguration(
                model_to_presidio_entity_mapping=kinds, labels_to_ignore=_IGNORED
            ),
        )
        engine.load()
        registry = RecognizerRegistry(
            recognizers=[
                SpacyRecognizer(supported_entities=sorted(set(kinds.values()))),
                PhoneRecognizer(),
            ],
            supported_languages=["en"],
        )
        self._analyzer: Any = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])

    def spans(self, text: str) -> Iterator[Span]:
        """Where the text names somebody or something."""
        for found in self._analyzer.analyze(text, language="en", score_threshold=_LEAST_SCORE):
            kind = _KINDS.get(found.entity_type)
            if kind is not None and not _is_no_identity(text[found.start : found.end]):
                yield Span(found.start, found.end, kind)


def _is_no_identity(words: str) -> bool:
    return bool(_ROLES.match(words)) or all(word in _TERMS for word in _LETTERS.findall(words.lower()))
