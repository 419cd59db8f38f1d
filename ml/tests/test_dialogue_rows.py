"""A dialogue survives being a row of a table."""

from __future__ import annotations

import json

import pytest

from ml.schemas.dialogue import AnnotatedDialogue, Source, Split, Utterance
from ml.schemas.dialogue_rows import dialogue_of, row_of
from ml.schemas.labels import Emotion, EmotionLabel, Strategy, StrategyLabel
from ml.schemas.transcript import SpeakerRole

DIALOGUE = AnnotatedDialogue(
    id="d",
    source=Source(dataset="youtube", source_id="v", title="T", licence="CC-BY-4.0"),
    language="ar",
    utterances=[
        Utterance(id="0", index=0, role=SpeakerRole.CLIENT, text="a", source_labels={"x": "1", "y": "2"}),
        Utterance(
            id="1",
            index=1,
            role=SpeakerRole.THERAPIST,
            start_ms=5,
            end_ms=9,
            text="b",
            clip="videos/p/v/clips/1.mp4",
            emotion=EmotionLabel(value=Emotion.FEAR, confidence=0.25, rationale="r", annotator="m"),
            strategy=StrategyLabel(value=Strategy.OTHERS, prompt_version="v1"),
        ),
    ],
    split=Split.TEST,
)


def test_to_a_row_and_back() -> None:
    row = json.loads(json.dumps(row_of(DIALOGUE)))
    assert dialogue_of(row, Split.TEST) == DIALOGUE
    assert row["utterances"][1]["emotion"] == list(Emotion).index(Emotion.FEAR)
    assert row["utterances"][0]["strategy"] is None


def test_other_columns_are_left_out_and_missing_ones_are_not() -> None:
    row = row_of(DIALOGUE)
    row["utterances"][0]["video"] = None
    assert dialogue_of({**row, "more": 1}).split is None
    del row["utterances"][0]["role"]
    with pytest.raises(KeyError):
        dialogue_of(row)


def test_every_field_of_the_records_has_its_column() -> None:
    row = row_of(DIALOGUE)
    assert set(row) | {"split"} == set(AnnotatedDialogue.model_fields)
    assert set(row["source"]) == set(Source.model_fields)
    assert set(Utterance.model_fields) <= set(row["utterances"][0])
    for kind, record in (("emotion", EmotionLabel), ("strategy", StrategyLabel)):
        for name in set(record.model_fields) - {"value"}:
            assert f"{kind}_{name}" in row["utterances"][0]
