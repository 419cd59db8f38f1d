"""MESC: dialogues of a television drama about therapy, with emotions and strategies.

Chu et al. 2024, arXiv 2408.03650; no licence is stated. The file has one row for each utterance.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from ml.corpora.reading import Problems, csv_rows, split_named
from ml.schemas.dialogue import AnnotatedDialogue, Source, Split, Utterance
from ml.schemas.labels import EmotionLabel, LabelUnknown, StrategyLabel, emotion_of, strategy_of
from ml.schemas.transcript import SpeakerRole

LICENCE = "none stated"
COLUMNS = ("Utterance", "Speaker", "Emotion", "Strategy", "Dialogue_ID", "Utterance_ID")
"""Those a file must have; split, Season, Episode, StartTime and EndTime it may lack."""
_TIME = re.compile(r"(\d+):(\d\d):(\d\d)[,.](\d{3})")
_ROLES = {"client": SpeakerRole.CLIENT, "therapist": SpeakerRole.THERAPIST}
_SPEAKERS = {SpeakerRole.CLIENT: "S1", SpeakerRole.THERAPIST: "S2"}
_NO_LABEL = {"", "undefined", "nan"}
_NUMBER = re.compile(r"(\d+)(?:\.0+)?")
"""A whole number, also as a table with gaps writes it."""


class _Conversation(NamedTuple):
    split: Split | None
    dialogue: str

    @property
    def id(self) -> str:
        return "-".join(["mesc", *([self.split.value] if self.split else []), self.dialogue])


def read_mesc(path: Path, problems: Problems | None = None) -> list[AnnotatedDialogue]:
    """The dialogues of a CSV file in MESC's columns, in the file's order.

    `source_id` is the episode ("S01E04"): dialogues of one episode share their video; without the
    columns Season and Episode it is the dialogue's number. A column `split` (train, val, test) is
    kept; without it the dialogues have no split. Labels in another case are read as what they name;
    "undefined", an empty cell and "nan" are no label.

    Args:
        path: the CSV file.
        problems: where bad rows are told. By default the first ones end the reading.

    Raises:
        CorpusError: naming file and lines: a column is missing, or rows are bad and `problems` does
            not tolerate them. Where it does, a row without words, speaker or number is left out and
            a label, time or split that cannot be read is dropped.
    """
    problems = problems or Problems(path.name)
    found: dict[_Conversation, dict[int, Utterance]] = {}
    episodes: dict[_Conversation, str] = {}
    for line, row in csv_rows(path, COLUMNS, problems):
        key = _Conversation(_split(row, line, problems), row["Dialogue_ID"])
        utterance = _utterance(key, row, line, problems)
        if utterance is None:
            continue
        turns = found.setdefault(key, {})
        if utterance.index in turns:
            problems.add(line, "its dialogue already has this Utterance_ID.")
            continue
        episode = _episode(row, line, problems)
        if episodes.setdefault(key, episode) != episode:
            problems.add(line, "its dialogue began in another episode.")
        turns[utterance.index] = utterance
    problems.settle()
    return [
        AnnotatedDialogue(
            id=key.id,
            source=Source(dataset="mesc", source_id=episodes[key], licence=LICENCE),
            utterances=[turns[index] for index in sorted(turns)],
            split=key.split,
        )
        for key, turns in found.items()
    ]


def _split(row: dict[str, str], line: int, problems: Problems) -> Split | None:
    if not row.get("split"):
        return None
    try:
        return split_named(row["split"])
    except ValueError:
        problems.add(line, "the column split holds none of train, val and test.")
        return None


def _utterance(key: _Conversation, row: dict[str, str], line: int, problems: Problems) -> Utterance | None:
    role = _ROLES.get(row["Speaker"].casefold())
    if role is None:
        problems.add(line, "the column Speaker holds neither Client nor Therapist.")
    if not row["Utterance"]:
        problems.add(line, "the column Utterance is empty.")
    number = _NUMBER.fullmatch(row["Utterance_ID"])
    if not row["Dialogue_ID"] or number is None:
        problems.add(line, "Dialogue_ID is empty or Utterance_ID is no number.")
        return None
    if role is None or not row["Utterance"]:
        return None
    index = int(number[1])
    start_ms, end_ms = _times(row, line, problems)
    return Utterance(
        id=f"{key.id}-{index}",
        index=index,
        speaker=_SPEAKERS[role],
        role=role,
        start_ms=start_ms,
        end_ms=end_ms,
        text=row["Utterance"],
        emotion=_emotion(row["Emotion"], line, problems),
        strategy=_strategy(row["Strategy"], role, line, problems),
    )


def _emotion(text: str, line: int, problems: Problems) -> EmotionLabel | None:
    if text.casefold() in _NO_LABEL:
        return None
    try:
        return EmotionLabel(value=emotion_of(text), annotator="mesc")
    except LabelUnknown:
        problems.add(line, "the column Emotion holds none of the 7 emotions.", label=True)
        return None


def _strategy(text: str, role: SpeakerRole, line: int, problems: Problems) -> StrategyLabel | None:
    if text.casefold() in _NO_LABEL:
        return None
    try:
        value = strategy_of(text)
    except LabelUnknown:
        problems.add(line, "the column Strategy holds none of the 10 strategies.", label=True)
        return None
    if role is not SpeakerRole.THERAPIST:
        problems.add(line, "a client's utterance has a strategy.")
        return None
    return StrategyLabel(value=value, annotator="mesc")


def _times(row: dict[str, str], line: int, problems: Problems) -> tuple[int, int]:
    if "StartTime" not in row or "EndTime" not in row:
        return 0, 0
    read = [_TIME.fullmatch(row[column]) for column in ("StartTime", "EndTime")]
    start_ms, end_ms = (_milliseconds(match) if match else -1 for match in read)
    if start_ms < 0 or end_ms < start_ms:
        problems.add(line, "StartTime or EndTime is no time, or the end is before the start.")
        return 0, 0
    return start_ms, end_ms


def _milliseconds(match: re.Match[str]) -> int:
    hours, minutes, seconds, thousandths = map(int, match.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def _episode(row: dict[str, str], line: int, problems: Problems) -> str:
    if "Season" not in row or "Episode" not in row:
        return f"dialogue {row['Dialogue_ID']}"
    season, episode = (_NUMBER.fullmatch(row[column]) for column in ("Season", "Episode"))
    if season and episode:
        return f"S{int(season[1]):02d}E{int(episode[1]):02d}"
    problems.add(line, "Season or Episode is no number.")
    return "unknown"
