"""AnnoMI: motivational interviews from video sites, with behaviour codes by experts.

Wu et al. 2022, uccollab/AnnoMI; no licence file. One row for each utterance.

None of its codes is one of our strategies exactly: "question" holds closed questions too,
"reflection" both restatements and interpretations, "therapist_input" information beside advice, and
"other" is whatever is left. So they stay in `source_labels`, as AnnoMI writes them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from ml.corpora.reading import Problems, csv_rows, split_named, split_of_file
from ml.schemas.dialogue import AnnotatedDialogue, Source, Split, Utterance
from ml.schemas.transcript import SpeakerRole

LICENCE = "none stated"
COLUMNS = (
    "transcript_id", "mi_quality", "video_title", "video_url", "utterance_id", "interlocutor", "timestamp",
    "utterance_text", "main_therapist_behaviour", "client_talk_type",
)  # fmt: skip
THERAPIST_BEHAVIOURS = ("question", "reflection", "therapist_input", "other")
CLIENT_TALK_TYPES = ("change", "neutral", "sustain")
_CODES = {
    SpeakerRole.THERAPIST: ("main_therapist_behaviour", THERAPIST_BEHAVIOURS),
    SpeakerRole.CLIENT: ("client_talk_type", CLIENT_TALK_TYPES),
}
_ROLES = {"client": SpeakerRole.CLIENT, "therapist": SpeakerRole.THERAPIST}
_SPEAKERS = {SpeakerRole.CLIENT: "S1", SpeakerRole.THERAPIST: "S2"}
_TIME = re.compile(r"(\d+):(\d+):(\d+)")
_NO_LABEL = {"", "n/a", "nan"}


@dataclass(slots=True)
class _Transcript:
    source: Source
    split: Split | None
    turns: dict[int, Utterance] = field(default_factory=dict)


def read_annomi(path: Path, problems: Problems | None = None) -> list[AnnotatedDialogue]:
    """The transcripts of AnnoMI's CSV file, in the file's order.

    `source_id` is the video's URL: some videos hold several transcripts. Only the start of each
    turn is known, so `end_ms` is 0. The split is that of a column `split`, else of the file name
    (``annomi_train.csv``), else none.

    Raises:
        CorpusError: naming file and lines, as `ml.corpora.mesc.read_mesc` does.
    """
    problems = problems or Problems(path.name)
    found: dict[str, _Transcript] = {}
    for line, row in csv_rows(path, COLUMNS, problems):
        utterance = _utterance(row, line, problems)
        if utterance is None:
            continue
        transcript = found.setdefault(row["transcript_id"], _transcript(row, path, line, problems))
        if utterance.index in transcript.turns:
            problems.add(line, "its transcript already has this utterance_id.")
        elif transcript.source.source_id != row["video_url"]:
            problems.add(line, "its transcript began in another video.")
        else:
            transcript.turns[utterance.index] = utterance
    problems.settle()
    return [
        AnnotatedDialogue(
            id=f"annomi-{name}",
            source=transcript.source,
            utterances=[transcript.turns[index] for index in sorted(transcript.turns)],
            split=transcript.split,
        )
        for name, transcript in found.items()
    ]


def _transcript(row: dict[str, str], path: Path, line: int, problems: Problems) -> _Transcript:
    source = Source(
        dataset="annomi",
        source_id=row["video_url"],
        title=row["video_title"],
        url=row["video_url"],
        licence=LICENCE,
    )
    if not row.get("split"):
        return _Transcript(source, split_of_file(path))
    try:
        return _Transcript(source, split_named(row["split"]))
    except ValueError:
        problems.add(line, "the column split holds none of train, val and test.")
        return _Transcript(source, None)


def _utterance(row: dict[str, str], line: int, problems: Problems) -> Utterance | None:
    role = _ROLES.get(row["interlocutor"].casefold())
    before = len(problems.rows)
    if role is None:
        problems.add(line, "the column interlocutor holds neither client nor therapist.")
    if not row["utterance_text"]:
        problems.add(line, "the column utterance_text is empty.")
    if not row["transcript_id"] or not row["utterance_id"].isdecimal():
        problems.add(line, "transcript_id is empty or utterance_id is no number.")
    if not row["video_url"]:
        problems.add(line, "the column video_url is empty.")
    if role is None or len(problems.rows) > before:
        return None
    index = int(row["utterance_id"])
    return Utterance(
        id=f"annomi-{row['transcript_id']}-{index}",
        index=index,
        speaker=_SPEAKERS[role],
        role=role,
        start_ms=_start_ms(row["timestamp"], line, problems),
        text=row["utterance_text"],
        source_labels=_source_labels(role, row, line, problems),
    )


def _source_labels(role: SpeakerRole, row: dict[str, str], line: int, problems: Problems) -> dict[str, str]:
    labels = {"mi_quality": row["mi_quality"]} if row["mi_quality"] else {}
    column, known = _CODES[role]
    code = row[column].casefold()
    if code in known:
        labels[column] = code
    elif code not in _NO_LABEL:
        problems.add(line, f"the column {column} holds none of its {len(known)} codes.")
    return labels


def _start_ms(text: str, line: int, problems: Problems) -> int:
    match = _TIME.fullmatch(text)
    if match is None:
        problems.add(line, "the column timestamp holds no time.")
        return 0
    hours, minutes, seconds = map(int, match.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000
