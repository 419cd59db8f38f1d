"""MESC's columns become dialogues; bad rows are named by line and never quoted."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml.corpora.mesc import read_mesc
from ml.corpora.reading import CorpusError, Problems
from ml.schemas.dialogue import Split
from ml.schemas.labels import Emotion, Strategy
from ml.schemas.transcript import SpeakerRole
from ml.tests.corpora.shared_files import shared_file

HEADER = (
    "split,Utterance,Speaker,Emotion,Strategy,Dialogue_ID,Utterance_ID,Season,Episode,StartTime,EndTime\r\n"
)
GOOD = (
    'train,"Well, I left.",Client,sadness,undefined,7,0,1,4,"00:00:54,097","00:00:55,113"\r\n'
    'train,What happened then?,Therapist,Neutral,open question,7,1,1,4,"00:00:55,260","01:00:56,263"\r\n'
    'val,So tired.,Client,depression,undefined,8,0,1,5,"00:01:00,000","00:01:01,500"\r\n'
)


def write(folder: Path, rows: str, header: str = HEADER) -> Path:
    path = folder / "mesc.csv"
    path.write_bytes((header + rows).encode())
    return path


def test_dialogues_with_lineage_split_times_and_labels(tmp_path: Path) -> None:
    first, second = read_mesc(write(tmp_path, GOOD))

    assert (first.id, first.split, first.source.dataset, first.source.source_id) == (
        "mesc-train-7", Split.TRAIN, "mesc", "S01E04",
    )  # fmt: skip
    assert (second.split, second.source.source_id) == (Split.VALIDATION, "S01E05")
    client, therapist = first.utterances
    assert (client.text, client.role, client.strategy) == ("Well, I left.", SpeakerRole.CLIENT, None)
    assert client.emotion is not None and client.emotion.value is Emotion.SADNESS
    assert (therapist.start_ms, therapist.end_ms) == (55_260, 3_656_263)
    assert therapist.strategy is not None and therapist.strategy.value is Strategy.OPEN_QUESTION
    assert therapist.emotion is not None and therapist.emotion.value is Emotion.NEUTRAL


def test_a_file_without_split_and_rows_out_of_order(tmp_path: Path) -> None:
    lines = [row.removeprefix("train,").removeprefix("val,") for row in GOOD.splitlines(keepends=True)]
    rows = "".join([lines[1], lines[2], lines[0]])

    first, second = read_mesc(write(tmp_path, rows, HEADER.removeprefix("split,")))

    assert [(item.id, item.split) for item in (first, second)] == [("mesc-7", None), ("mesc-8", None)]
    assert [turn.index for turn in first.utterances] == [0, 1]


def test_a_table_with_gaps_is_read_as_it_is_meant(tmp_path: Path) -> None:
    # another order, a byte order mark, a column more, numbers as floats, a line break in a cell, no times
    header = "\ufeffindex,Strategy,Emotion,Utterance_ID,Dialogue_ID,Speaker,Utterance,split\r\n"
    rows = (
        '0,nan,SADNESS,0.0,7,CLIENT,"Well,\r\nI left.",train\r\n'
        "1,OPEN QUESTION,NaN,1.0,7,Therapist,What happened then?,train\r\n"
    )
    (dialogue,) = read_mesc(write(tmp_path, rows, header))
    client, therapist = dialogue.utterances
    assert (client.index, client.strategy, client.text) == (0, None, "Well,\r\nI left.")
    assert client.emotion is not None and client.emotion.value is Emotion.SADNESS
    assert (therapist.emotion, therapist.start_ms, therapist.end_ms) == (None, 0, 0)
    assert therapist.strategy is not None and therapist.strategy.value is Strategy.OPEN_QUESTION
    assert dialogue.source.source_id == "dialogue 7"


@pytest.mark.parametrize(("word", "label"), [("depression", True), ("Client", False)])
def test_a_file_with_nothing_but_unknown_labels_is_told_apart(tmp_path: Path, word: str, label: bool) -> None:
    with pytest.raises(CorpusError) as caught:
        read_mesc(write(tmp_path, GOOD.replace(word, "bored")))
    assert caught.value.labels_unknown is label


def test_one_dialogue_number_in_two_splits_is_two_dialogues(tmp_path: Path) -> None:
    rows = GOOD.replace("depression,undefined,8", "depression,undefined,7")
    assert [item.id for item in read_mesc(write(tmp_path, rows))] == ["mesc-train-7", "mesc-validation-7"]


BAD_ROWS = {
    "Emotion": ('train,secret,Client,bliss,undefined,7,2,1,4,"00:00:54,097","00:00:55,113"', "7 emotions"),
    "Strategy": (
        'train,secret,Therapist,joy,Hypnosis,7,2,1,4,"00:00:54,097","00:00:55,113"',
        "10 strategies",
    ),
    "client": (
        'train,secret,Client,joy,Approval,7,2,1,4,"00:00:54,097","00:00:55,113"',
        "client's utterance has a strategy",
    ),
    "speaker": ('train,secret,Nurse,joy,undefined,7,2,1,4,"00:00:54,097","00:00:55,113"', "Speaker"),
    "empty": ('train, ,Client,joy,undefined,7,2,1,4,"00:00:54,097","00:00:55,113"', "Utterance is empty"),
    "number": ('train,secret,Client,joy,undefined,7,x,1,4,"00:00:54,097","00:00:55,113"', "Utterance_ID"),
    "again": ('train,secret,Client,joy,undefined,7,1,1,4,"00:00:54,097","00:00:55,113"', "already has"),
    "time": ('train,secret,Client,joy,undefined,7,2,1,4,"00:00:54,097","00:00:53,113"', "StartTime"),
    "episode": ('train,secret,Client,joy,undefined,7,2,1,9,"00:00:54,097","00:00:55,113"', "another episode"),
    "fields": ("train,secret,Client", "3 fields"),
    "split": ('half,secret,Client,joy,undefined,9,2,1,4,"00:00:54,097","00:00:55,113"', "split"),
}


@pytest.mark.parametrize("kind", BAD_ROWS)
def test_a_bad_row_is_told_with_file_and_line_but_without_its_words(tmp_path: Path, kind: str) -> None:
    row, told = BAD_ROWS[kind]
    with pytest.raises(CorpusError, match=r"^mesc\.csv has 1 bad rows\. Line 5: ") as caught:
        read_mesc(write(tmp_path, GOOD + row + "\r\n"))
    assert told in str(caught.value)
    assert not {"secret", "bliss", "Hypnosis", "Nurse"} & set(str(caught.value).split())


def test_tolerated_problems_cost_their_row_or_their_label_only(tmp_path: Path) -> None:
    rows = (
        GOOD
        + 'train,One.,Client,bliss,undefined,7,2,1,4,"00:00:54,097","00:00:55,113"\r\n'
        + 'train,,Client,joy,undefined,7,3,1,4,"00:00:54,097","00:00:55,113"\r\n'
    )
    problems = Problems("mesc.csv", tolerated=True)

    first, _ = read_mesc(write(tmp_path, rows), problems)

    assert [(turn.index, turn.emotion is None) for turn in first.utterances] == [
        (0, False), (1, False), (2, True),
    ]  # fmt: skip
    assert [problem.line for problem in problems.rows] == [5, 6]


def test_files_that_are_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="lacks the columns: Speaker, Emotion"):
        read_mesc(write(tmp_path, "", "Utterance\r\n"))
    with pytest.raises(CorpusError, match=r"mesc\.csv is empty"):
        read_mesc(write(tmp_path, "", ""))
    with pytest.raises(CorpusError, match=r"missing\.csv cannot be read"):
        read_mesc(tmp_path / "missing.csv")
    (tmp_path / "latin.csv").write_bytes(HEADER.encode() + "train,déjà".encode("latin-1"))
    with pytest.raises(CorpusError, match="not UTF-8"):
        read_mesc(tmp_path / "latin.csv")
    with pytest.raises(CorpusError, match=r"mesc\.csv, line 2: not CSV"):
        read_mesc(write(tmp_path, 'train,"never closed'))


@pytest.mark.shared
def test_the_reference_file_is_read_whole() -> None:
    dialogues = read_mesc(shared_file("mesc_train_val.csv"))

    splits = [item.split for item in dialogues]
    assert (splits.count(Split.TRAIN), splits.count(Split.VALIDATION)) == (815, 102)
    assert sum(len(item.utterances) for item in dialogues) == 25_840
    assert len({item.source.source_id for item in dialogues}) == 72
    turns = [turn for item in dialogues for turn in item.utterances]
    assert all(turn.emotion for turn in turns)
    assert sum(turn.strategy is not None for turn in turns) == 9_253
