from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from finetune.config import Task
from finetune.errors import FinetuneError
from finetune.examples import Example, choose, examples_of_task
from finetune.tests.made import dialogue
from finetune.tokens import IGNORED, encode
from ml.schemas.chat import ChatMessage
from ml.schemas.transcript import SpeakerRole


def of(task: Task, number: int = 1, context: int = 2) -> list[Example]:
    return list(examples_of_task(dialogue(number), task, context))


def test_labels_are_asked_about_the_right_turns() -> None:
    turns = dialogue(1).utterances
    emotions, strategies = of(Task.EMOTION), of(Task.STRATEGY)
    assert [item.messages[-1].content for item in emotions] == [
        turn.emotion.value.value for turn in turns if turn.emotion
    ]
    assert all(item.messages[1].content.splitlines()[-1].startswith("Client: ") for item in emotions)
    assert all(item.messages[1].content.splitlines()[-1].startswith("Therapist: ") for item in strategies)
    assert len(emotions[-1].messages[1].content.splitlines()) == 3


def test_the_next_strategy_does_not_see_its_turn() -> None:
    turns = [turn for turn in dialogue(1).utterances if turn.role is SpeakerRole.THERAPIST]
    predicted = of(Task.NEXT_STRATEGY)
    assert len(predicted) == len(turns)
    for example, turn in zip(predicted, turns, strict=True):
        assert turn.strategy is not None
        assert example.messages[-1].content == turn.strategy.value.value
        assert example.messages[1].content.splitlines()[-1].startswith("Client: ")
        assert turn.text not in example.messages[1].content.splitlines()[-1]


def test_responses_hold_every_turn_once_and_end_with_the_therapist() -> None:
    found = of(Task.RESPONSE, context=4)
    assert [item for example in found for item in example.lineage.utterance_ids] == [
        turn.id for turn in dialogue(1).utterances
    ]
    for example in found:
        assert [m.role for m in example.messages[:2]] == ["system", "user"]
        assert example.messages[-1].role == "assistant"
        assert all(one.role != other.role for one, other in pairwise(example.messages))
        assert (example.lineage.dataset, example.lineage.licence) == ("made", "CC0")


def test_a_choice_is_seeded_and_keeps_the_order() -> None:
    found = of(Task.EMOTION) + of(Task.STRATEGY)
    assert choose(found, 3, seed=5) == choose(found, 3, seed=5)
    assert choose(found, 99, seed=5) == found
    places = [found.index(item) for item in choose(found, 4, seed=1)]
    assert places == sorted(places)


@pytest.mark.weights
def test_only_the_therapists_words_are_learnt_token_by_token(tokenizer: Any) -> None:
    messages = [
        ChatMessage(role="system", content="Be kind."),
        ChatMessage(role="user", content="I am tired."),
        ChatMessage(role="assistant", content="Since when?"),
        ChatMessage(role="user", content="May."),
        ChatMessage(role="assistant", content="A long time."),
    ]
    encoded = encode(tokenizer, messages, 128)
    learnt = [
        tokenizer.decode([token]) if label != IGNORED else None
        for token, label in zip(encoded.input_ids, encoded.labels, strict=True)
    ]
    assert [token for token in learnt if token] == [
        "Since", " when", "?", "<|im_end|>", "A", " long", " time", ".", "<|im_end|>",
    ]  # fmt: skip
    assert all(
        label in (IGNORED, token) for token, label in zip(encoded.input_ids, encoded.labels, strict=True)
    )
    whole = tokenizer.decode(encoded.input_ids)
    assert whole.startswith("<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nI am tired.")
    assert learnt[-1] is None, "the line break behind the last turn is the template's"


@pytest.mark.weights
def test_a_long_chat_loses_its_oldest_turns_and_keeps_prompt_and_answer(tokenizer: Any) -> None:
    chat = [ChatMessage(role="system", content="Be kind.")]
    for number in range(20):
        chat.append(ChatMessage(role="user", content=f"Client line {number}."))
        chat.append(ChatMessage(role="assistant", content=f"Therapist line {number}."))
    encoded = encode(tokenizer, chat, 100)
    text = tokenizer.decode(encoded.input_ids)
    assert len(encoded.input_ids) <= 100
    assert "Be kind." in text
    assert "Therapist line 19." in text
    assert "line 3." not in text
    long = [chat[0], ChatMessage(role="user", content="word " * 300 + "the end"), chat[2]]
    encoded = encode(tokenizer, long, 100)
    assert len(encoded.input_ids) <= 100
    assert "the end<|im_end|>" in tokenizer.decode(encoded.input_ids)
    with pytest.raises(FinetuneError, match="max_tokens"):
        encode(tokenizer, long, 16)


@pytest.mark.weights
def test_a_template_that_rewrites_the_past_is_refused(tokenizer: Any) -> None:
    before = tokenizer.chat_template
    tokenizer.chat_template = "{{ messages | length }}{% for m in messages %}{{ m.content }}{% endfor %}"
    try:
        with pytest.raises(FinetuneError, match="rewrites"):
            encode(tokenizer, of(Task.RESPONSE)[0].messages, 100)
    finally:
        tokenizer.chat_template = before
