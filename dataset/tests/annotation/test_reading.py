"""What a model reads, and what is read from its answer."""

from __future__ import annotations

import pytest

from dataset.annotation.config import AnswerForm, StatedConfidence
from dataset.annotation.context import window
from dataset.annotation.parsing import answer_schema, labels_of
from dataset.annotation.prompts import messages_for
from dataset.annotation.routing import ModelKind
from dataset.errors import Quarantine
from ml.schemas.dialogue import Utterance
from ml.schemas.labels import Emotion, EmotionLabel, Strategy, StrategyLabel
from ml.schemas.transcript import SpeakerRole

TURNS = [
    Utterance(id="0", index=0, role=SpeakerRole.CLIENT, text="I lost my job."),
    Utterance(id="1", index=1, role=SpeakerRole.THERAPIST, text='When was "that"?'),
    Utterance(id="2", index=2, role=SpeakerRole.CLIENT, text="In May.\nIt was bad."),
    Utterance(id="3", index=3, role=SpeakerRole.OTHER, text="  "),
]


def test_the_window_slides_and_names_the_roles() -> None:
    seen = window(TURNS, 2, turns=1, chars=400)
    assert seen.before == "Therapist: \"When was 'that'?\""
    assert (seen.speaker, seen.passage) == ("Client", "In May. It was bad.")
    assert window(TURNS, 2, turns=6, chars=400).before.startswith('Client: "I lost my job."\n')
    assert window(TURNS, 0, turns=6, chars=400).before == ""


def test_context_gives_way_and_the_turn_never_does() -> None:
    whole = len("In May. It was bad.")
    assert window(TURNS, 2, turns=6, chars=whole).passage == "In May. It was bad."
    assert window(TURNS, 2, turns=6, chars=whole + 30).before == "Therapist: \"When was 'that'?\""
    with pytest.raises(Quarantine) as caught:
        window(TURNS, 2, turns=6, chars=whole - 1)
    assert caught.value.code == "turn_too_long"


def test_a_turn_without_words_is_told() -> None:
    with pytest.raises(Quarantine) as caught:
        window(TURNS, 3, turns=6, chars=400)
    assert caught.value.code == "turn_empty"


@pytest.mark.parametrize("kind", list(ModelKind))
@pytest.mark.parametrize("form", list(AnswerForm))
def test_every_prompt_holds_the_turn_and_its_context(kind: ModelKind, form: AnswerForm) -> None:
    seen = window(TURNS, 2, turns=6, chars=400)
    question = messages_for(kind, form, seen)[-1].content
    assert seen.before in question
    assert seen.passage in question
    assert "Client" in question


def read(text: str, role: SpeakerRole, form: AnswerForm) -> tuple[EmotionLabel, StrategyLabel | None]:
    return labels_of(
        text,
        answer_schema(role, form),
        annotator="m",
        prompt_version="p/v1",
        stated=StatedConfidence(emotion=0.4, strategy=0.3),
    )


def test_a_full_answer_keeps_confidence_and_rationale() -> None:
    text = (
        'Sure!\n```json\n{"emotion": " Joy", "emotion_confidence": 0.8, "strategy": "open-question",'
        ' "strategy_confidence": 0.6, "rationale": "It asks."}\n```'
    )
    emotion, strategy = read(text, SpeakerRole.THERAPIST, AnswerForm.FULL)
    assert strategy is not None
    assert (emotion.value, emotion.confidence, emotion.rationale) == (Emotion.JOY, 0.8, "It asks.")
    assert (strategy.value, strategy.confidence) == (Strategy.OPEN_QUESTION, 0.6)
    assert (emotion.annotator, strategy.prompt_version) == ("m", "p/v1")


def test_a_brief_answer_has_the_measured_confidence() -> None:
    emotion, strategy = read(
        '{"emotion": "anger", "strategy": "Others"}', SpeakerRole.THERAPIST, AnswerForm.BRIEF
    )
    assert strategy is not None
    assert (emotion.confidence, strategy.confidence) == (0.4, 0.3)


@pytest.mark.parametrize("role", [SpeakerRole.CLIENT, SpeakerRole.OTHER])
def test_only_a_therapist_gets_a_strategy(role: SpeakerRole) -> None:
    assert read('{"emotion": "anger", "strategy": "Others"}', role, AnswerForm.BRIEF)[1] is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I think it is anger.",
        '{"emotion": "angry"}',
        '{"emotion": "joy, anger", "strategy": "Others"}',
        '{"emotion": 3, "strategy": "Others"}',
        '{"emotion": null, "strategy": "Others"}',
        '{"emotion": "anger"}',
        '{"emotion": "anger", "strategy": "Hypnosis"}',
        '[{"emotion": "anger", "strategy": "Others"}, {}]',
    ],
)
def test_nothing_is_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="not a valid"):
        read(text, SpeakerRole.THERAPIST, AnswerForm.BRIEF)


@pytest.mark.parametrize("confidence", ["85", "-0.1", '"high"', "null"])
def test_a_confidence_off_the_scale_is_refused(confidence: str) -> None:
    text = f'{{"emotion": "joy", "emotion_confidence": {confidence}, "rationale": ""}}'
    with pytest.raises(ValueError, match="not a valid"):
        read(text, SpeakerRole.CLIENT, AnswerForm.FULL)


def test_a_long_rationale_is_shortened() -> None:
    text = f'{{"emotion": "joy", "emotion_confidence": 1, "rationale": "{"x" * 900}"}}'
    assert len(read(text, SpeakerRole.CLIENT, AnswerForm.FULL)[0].rationale) == 300
