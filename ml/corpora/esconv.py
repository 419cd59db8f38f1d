"""ESConv: chats between help seekers and trained crowd workers, with support strategies.

Liu et al. 2021, thu-coai/Emotional-Support-Conversation, CC BY-NC 4.0. Each line of the TSV file is
a window of up to five turns joined by " EOS ", a turn being "<flag> <0 seeker, 1 supporter> <number>
<words>", a supporter's words preceded by "[strategy]". Consecutive windows overlap; here they are
put together again.

Two of its eight strategies are ours by name and meaning: self-disclosure, and restatement. The rest
is broader or narrower ("Questions" holds closed ones too, "Other" holds greetings and thanks). All
eight are kept in `source_labels["strategy"]`.
"""

from __future__ import annotations

import re
from pathlib import Path

from ml.corpora.reading import Problems, split_of_file, text_of
from ml.schemas.dialogue import AnnotatedDialogue, Source, Split, Utterance
from ml.schemas.labels import Strategy, StrategyLabel
from ml.schemas.transcript import SpeakerRole

LICENCE = "CC BY-NC 4.0"
STRATEGIES = (
    "Questions", "Restatement or Paraphrasing", "Reflection of feelings", "Self-disclosure",
    "Affirmation and Reassurance", "Providing Suggestions", "Information", "Other",
)  # fmt: skip
SAME_STRATEGY = {
    "Self-disclosure": Strategy.SELF_DISCLOSURE,
    "Restatement or Paraphrasing": Strategy.RESTATEMENT,
}
_TURN = re.compile(r"[01]\.0 ([01]) (\d+) (.*)", re.DOTALL)
_SUPPORT = re.compile(r"\[([^\]]*)\]\s*(.*)", re.DOTALL)
_ROLES = {"0": ("S1", SpeakerRole.CLIENT), "1": ("S2", SpeakerRole.THERAPIST)}

_Turns = dict[int, tuple[int, str, str]]
"""Number of the turn in its dialogue to line, speaker and words."""


def read_esconv(path: Path, problems: Problems | None = None) -> list[AnnotatedDialogue]:
    """The dialogues of one of ESConv's TSV files, in the file's order.

    The file states no names, so a dialogue is "esconv-<split>-<number in the file>" and its own
    source. The published split is the file (``train.tsv``, ``esconv_dev.tsv``). A supporter has the
    role of a therapist, a seeker that of a client. Turns that no window covers are missing; their
    numbers are left out of `index`.

    Raises:
        CorpusError: naming file and lines, as `ml.corpora.mesc.read_mesc` does.
    """
    problems = problems or Problems(path.name)
    split = split_of_file(path)
    found: list[_Turns] = []
    for line, text in enumerate(text_of(path).split("\n"), start=1):
        if text.strip():
            _join(found, line, text, problems)
    name = split.value if split else "file"
    dialogues = [
        _dialogue(f"esconv-{name}-{number}", turns, split, problems) for number, turns in enumerate(found)
    ]
    problems.settle()
    return [dialogue for dialogue in dialogues if dialogue.utterances]


def _join(found: list[_Turns], line: int, text: str, problems: Problems) -> None:
    """Put a window's turns to the dialogue it continues, or begin another."""
    window: _Turns = {}
    for part in text.split(" EOS "):
        match = _TURN.fullmatch(part.strip())
        if match is None:
            problems.add(line, "a turn does not begin with a flag, a speaker and a number.")
            return
        window[int(match[2])] = (line, match[1], match[3].strip())
    if not found or not _continues(found[-1], window):
        found.append({})
    for number, turn in window.items():
        found[-1].setdefault(number, turn)


def _continues(turns: _Turns, window: _Turns) -> bool:
    """A window goes on where the one before ended, and says the same where the two overlap."""
    same = all(turns[number][1:] == turn[1:] for number, turn in window.items() if number in turns)
    return same and max(window) > max(turns)


def _dialogue(name: str, turns: _Turns, split: Split | None, problems: Problems) -> AnnotatedDialogue:
    utterances = [_utterance(name, number, turns[number], problems) for number in sorted(turns)]
    return AnnotatedDialogue(
        id=name,
        source=Source(dataset="esconv", source_id=name, licence=LICENCE),
        utterances=[item for item in utterances if item is not None],
        split=split,
    )


def _utterance(name: str, number: int, turn: tuple[int, str, str], problems: Problems) -> Utterance | None:
    line, sender, words = turn
    speaker, role = _ROLES[sender]
    strategy, labels = None, {}
    marked = _SUPPORT.fullmatch(words) if role is SpeakerRole.THERAPIST else None
    if marked is not None and marked[1] in STRATEGIES:
        words, labels = marked[2], {"strategy": marked[1]}
        same = SAME_STRATEGY.get(marked[1])
        strategy = StrategyLabel(value=same, annotator="esconv") if same else None
    elif role is SpeakerRole.THERAPIST:
        problems.add(line, f"a supporter's turn names none of the {len(STRATEGIES)} strategies.")
    if not words:
        problems.add(line, "a turn has no words.")
        return None
    return Utterance(
        id=f"{name}-{number}",
        index=number,
        speaker=speaker,
        role=role,
        text=words,
        strategy=strategy,
        source_labels=labels,
    )
