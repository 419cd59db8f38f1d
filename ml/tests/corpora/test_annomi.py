"""AnnoMI keeps its own codes; nothing becomes a strategy by guess."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml.corpora.annomi import read_annomi
from ml.corpora.reading import CorpusError
from ml.schemas.dialogue import Split
from ml.schemas.transcript import SpeakerRole
from ml.tests.corpora.shared_files import shared_file

HEADER = (
    "transcript_id,mi_quality,video_title,video_url,topic,utterance_id,interlocutor,timestamp,"
    "utterance_text,main_therapist_behaviour,client_talk_type\n"
)
GOOD = (
    '3,low,"A ""brief"" talk",https://videos.example/a,smoking,0,therapist,00:00:11,Smoke?,question,n/a\n'
    "3,low,A,https://videos.example/a,smoking,1,client,01:00:17,I do.,n/a,sustain\n"
    "4,high,B,https://videos.example/a,smoking,0,therapist,00:00:025,You smoke.,reflection,n/a\n"
)


def write(folder: Path, rows: str, name: str = "annomi_train.csv") -> Path:
    path = folder / name
    path.write_text(HEADER + rows, encoding="utf-8")
    return path


def test_transcripts_with_lineage_and_their_own_codes(tmp_path: Path) -> None:
    first, second = read_annomi(write(tmp_path, GOOD))

    assert (first.id, first.split, first.source.source_id) == (
        "annomi-3", Split.TRAIN, "https://videos.example/a",
    )  # fmt: skip
    assert second.source.source_id == first.source.source_id
    therapist, client = first.utterances
    assert (therapist.role, client.role) == (SpeakerRole.THERAPIST, SpeakerRole.CLIENT)
    assert therapist.source_labels == {"mi_quality": "low", "main_therapist_behaviour": "question"}
    assert client.source_labels == {"mi_quality": "low", "client_talk_type": "sustain"}
    assert (client.start_ms, client.end_ms) == (3_617_000, 0)


def test_no_code_is_made_a_strategy(tmp_path: Path) -> None:
    turns = [turn for item in read_annomi(write(tmp_path, GOOD)) for turn in item.utterances]
    assert all(turn.strategy is None and turn.emotion is None for turn in turns)


def test_without_a_published_split_there_is_none(tmp_path: Path) -> None:
    assert {item.split for item in read_annomi(write(tmp_path, GOOD, "AnnoMI-full.csv"))} == {None}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("3,low,A,https://videos.example/a,x,2,client,00:01:00,secret,n/a,maybe\n", "3 codes"),
        ("3,low,A,https://videos.example/a,x,2,client,soon,secret,n/a,change\n", "timestamp"),
        ("3,low,A,https://videos.example/b,x,2,client,00:01:00,secret,n/a,change\n", "another video"),
        ("3,low,A,,x,2,client,00:01:00,secret,n/a,change\n", "video_url is empty"),
        ("3,low,A,https://videos.example/a,x,1,client,00:01:00,secret,n/a,change\n", "already has"),
        ("3,low,A,https://videos.example/a,x,2,nurse,00:01:00,secret,n/a,change\n", "interlocutor"),
    ],
)
def test_a_bad_row_is_told_by_line(tmp_path: Path, row: str, told: str) -> None:
    with pytest.raises(CorpusError, match=r"annomi_train\.csv has 1 bad rows\. Line 5: ") as caught:
        read_annomi(write(tmp_path, GOOD + row))
    assert told in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.shared
def test_the_reference_file_is_read_whole() -> None:
    dialogues = read_annomi(shared_file("annomi_train.csv"))

    assert len(dialogues) == 99
    assert sum(len(item.utterances) for item in dialogues) == 6_616
    assert len({item.source.source_id for item in dialogues}) == 90
    assert all(len(turn.source_labels) == 2 for item in dialogues for turn in item.utterances)
