"""Annotated dialogues become chat examples: the prompt of each task, and where the answer is.

A response example is a stretch of a conversation as a chat: the client is the user, the therapist
the assistant, and every therapist's turn is learnt. A label example asks about one turn, with the
turns before it, and its answer is the label.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from finetune.config import DataConfig, Task
from ml.prompts.library import load
from ml.schemas.base import Record
from ml.schemas.chat import ChatMessage
from ml.schemas.dialogue import AnnotatedDialogue, Utterance
from ml.schemas.labels import Emotion, Strategy
from ml.schemas.transcript import SpeakerRole

PROMPTS = {
    Task.RESPONSE: ("therapist", "v1"),
    Task.EMOTION: ("label_emotion", "v1"),
    Task.STRATEGY: ("label_strategy", "v1"),
    Task.NEXT_STRATEGY: ("next_strategy", "v1"),
}
LABELS: dict[Task, tuple[str, ...]] = {
    Task.EMOTION: tuple(item.value for item in Emotion),
    Task.STRATEGY: tuple(item.value for item in Strategy),
    Task.NEXT_STRATEGY: tuple(item.value for item in Strategy),
}
_NAMES = {SpeakerRole.CLIENT: "Client", SpeakerRole.THERAPIST: "Therapist", SpeakerRole.OTHER: "Other"}


class Lineage(Record):
    """Where an example comes from: enough to find it, and to take a conversation out again."""

    dataset: str
    source_id: str
    dialogue_id: str
    utterance_ids: list[str]
    licence: str = ""
    annotators: list[str] = []


class Example(Record):
    """One chat; the model learns the assistant's messages and nothing else.

    `clip` is the path of the clip of the turn in question, empty for text only.
    """

    task: Task
    messages: list[ChatMessage]
    lineage: Lineage
    clip: str = ""


def examples_of(dialogues: Iterable[AnnotatedDialogue], data: DataConfig) -> list[Example]:
    """All examples of the tasks that a configuration names, dialogue by dialogue."""
    return [
        example
        for dialogue in dialogues
        for task in data.tasks
        if task is not Task.WORDING
        for example in examples_of_task(dialogue, task, data.context_turns)
    ]


def choose(examples: Sequence[Example], limit: int | None, seed: int) -> list[Example]:
    """All of them, or a seeded choice in the order they were in."""
    if limit is None or limit >= len(examples):
        return list(examples)
    places = sorted(random.Random(seed).sample(range(len(examples)), limit))  # noqa: S311 - no secret
    return [examples[place] for place in places]


def examples_of_task(dialogue: AnnotatedDialogue, task: Task, context_turns: int) -> Iterator[Example]:
    """The examples of one task in one dialogue."""
    if task is Task.RESPONSE:
        yield from _responses(dialogue, context_turns)
        return
    for place, turn in enumerate(dialogue.utterances):
        answer = answer_of(turn, task)
        if answer is None:
            continue
        asked = label_messages(dialogue.utterances, place, task, context_turns)
        if asked is None:
            continue
        yield Example(
            task=task,
            messages=[*asked, ChatMessage(role="assistant", content=answer)],
            lineage=_lineage(dialogue, _window(dialogue.utterances, place, context_turns), turn),
            clip="" if task is Task.NEXT_STRATEGY else turn.clip,
        )


def answer_of(turn: Utterance, task: Task) -> str | None:
    """The label of a turn for a task; None where it has none or the task is not about it."""
    if task is Task.EMOTION:
        is_client = turn.role is SpeakerRole.CLIENT
        return turn.emotion.value.value if is_client and turn.emotion is not None else None
    return turn.strategy.value.value if turn.strategy is not None else None


def label_messages(
    turns: Sequence[Utterance], place: int, task: Task, context_turns: int
) -> list[ChatMessage] | None:
    """The question about the turn at `place`, without its answer.

    For the next strategy the turn itself is not shown; None where nothing was said before it.
    """
    shown = _window(turns, place, context_turns)
    if task is Task.NEXT_STRATEGY:
        shown = shown[:-1]
    if not shown:
        return None
    name, version = PROMPTS[task]
    return load(name, version).render(turns="\n".join(f"{_NAMES[turn.role]}: {turn.text}" for turn in shown))


def chat_messages(turns: Sequence[Utterance]) -> list[ChatMessage]:
    """A conversation as a chat, neighbouring turns of one side joined.

    Raises:
        ValueError: no turn is the client's.
    """
    merged: list[tuple[Literal["user", "assistant"], str]] = []
    for turn in turns:
        role: Literal["user", "assistant"] = "assistant" if turn.role is SpeakerRole.THERAPIST else "user"
        if merged and merged[-1][0] == role:
            merged[-1] = (role, f"{merged[-1][1]} {turn.text}")
        else:
            merged.append((role, turn.text))
    first = next((place for place, (role, _) in enumerate(merged) if role == "user"), None)
    if first is None:
        raise ValueError("A chat needs a turn of the client.")
    name, version = PROMPTS[Task.RESPONSE]
    opening = load(name, version).render(client=merged[first][1])
    return [*opening, *(ChatMessage(role=role, content=text) for role, text in merged[first + 1 :])]


def _responses(dialogue: AnnotatedDialogue, context_turns: int) -> Iterator[Example]:
    """Stretches of a conversation that end with the therapist; together they hold each turn once."""
    size = max(context_turns, 2)
    turns = dialogue.utterances
    begin = 0
    while begin < len(turns):
        end = min(begin + size, len(turns))
        while end < len(turns) and not _therapist_ends(turns, end):
            end += 1
        stretch = turns[begin:end]
        begin = end
        while stretch and stretch[-1].role is not SpeakerRole.THERAPIST:
            stretch = stretch[:-1]
        while stretch and stretch[0].role is SpeakerRole.THERAPIST:
            stretch = stretch[1:]
        if not stretch:
            continue
        yield Example(
            task=Task.RESPONSE,
            messages=chat_messages(stretch),
            lineage=_lineage(dialogue, stretch, None),
            clip=stretch[0].clip,
        )


def _therapist_ends(turns: Sequence[Utterance], end: int) -> bool:
    """Whether the therapist stops speaking just before `end`."""
    return turns[end - 1].role is SpeakerRole.THERAPIST and turns[end].role is not SpeakerRole.THERAPIST


def _window(turns: Sequence[Utterance], place: int, context_turns: int) -> list[Utterance]:
    return list(turns[max(0, place - context_turns) : place + 1])


def _lineage(dialogue: AnnotatedDialogue, shown: Sequence[Utterance], about: Utterance | None) -> Lineage:
    labels = [label for label in (about.emotion, about.strategy) if label is not None] if about else []
    return Lineage(
        dataset=dialogue.source.dataset,
        source_id=dialogue.source.source_id,
        dialogue_id=dialogue.id,
        utterance_ids=[turn.id for turn in shown],
        licence=dialogue.source.licence,
        annotators=sorted({label.annotator for label in labels if label.annotator}),
    )
