from __future__ import annotations

from pathlib import Path

import pytest

from finetune.config import DataSource, SourceKind
from finetune.dialogues import hash_of, of_split, read_source
from finetune.errors import FinetuneError
from finetune.leakage import check_leakage
from finetune.tests.made import dialogue, made_file, write_jsonl
from ml.schemas.dialogue import Split
from ml.schemas.dialogue_rows import row_of

MESC = """split,Utterance,Speaker,Emotion,Strategy,Dialogue_ID,Utterance_ID,Season,Episode,StartTime,EndTime
train,I slept badly.,Client,sadness,undefined,0,0,1,1,"00:00:54,097","00:00:55,113"
train,What woke you?,Therapist,neutral,Open question,0,1,1,1,"00:00:55,260","00:00:56,263"
val,All good now.,Client,joy,undefined,1,0,1,1,"00:10:54,097","00:10:55,113"
"""


def source(path: Path, kind: SourceKind = SourceKind.JSONL, **more: object) -> DataSource:
    return DataSource.model_validate({"kind": kind, "path": str(path), **more})


def test_a_file_and_a_published_folder_read_the_same(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    file = made_file(tmp_path, train=3, validation=2)
    from_file = read_source(source(file))
    tables = datasets.DatasetDict(
        {
            split.value: datasets.Dataset.from_list(
                [row_of(item) for item in from_file if item.split is split]
            )
            for split in (Split.TRAIN, Split.VALIDATION)
        }
    )
    tables.save_to_disk(str(tmp_path / "disk"))
    assert read_source(source(tmp_path / "disk", SourceKind.DATASET_DICT)) == from_file
    data = tmp_path / "published" / "data"
    data.mkdir(parents=True)
    for name, table in tables.items():
        table.to_parquet(str(data / f"{name}-00000-of-00001.parquet"))
    published = source(tmp_path / "published", SourceKind.DATASET_DICT)
    assert read_source(published) == from_file
    (data / "train-00000-of-00001.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(FinetuneError, match="damaged"):
        read_source(published)


def test_a_corpus_comes_with_its_split_and_lineage(tmp_path: Path) -> None:
    file = tmp_path / "mesc.csv"
    file.write_text(MESC, encoding="utf-8")
    found = read_source(source(file, SourceKind.MESC))
    assert [item.split for item in found] == [Split.TRAIN, Split.VALIDATION]
    shared = check_leakage(found, own=False)
    assert shared.shared == ("mesc:S01E01",)
    assert "1 of 1 source videos" in shared.sentence()
    with pytest.raises(FinetuneError, match="source videos"):
        check_leakage(found, own=True)


def test_a_conversation_in_two_splits_is_refused_by_id_and_by_words() -> None:
    first = dialogue(1)
    with pytest.raises(FinetuneError, match="d1") as caught:
        check_leakage([first, dialogue(1, Split.TEST)], own=False)
    assert caught.value.code == "split_leaks"
    copy = first.model_copy(update={"id": "other", "split": Split.VALIDATION})
    with pytest.raises(FinetuneError, match="d1"):
        check_leakage([first, copy], own=False)
    assert check_leakage([first, dialogue(2, Split.TEST)], own=True).shared == ()


def test_bad_files_are_named_without_their_words(tmp_path: Path) -> None:
    with pytest.raises(FinetuneError, match="no data"):
        read_source(source(tmp_path / "absent.jsonl"))
    line = dialogue(1).model_dump_json()
    for bad, code in (
        ("{broken", "data_invalid"),
        (line.replace('"value":"Open question"', '"value":"Hugging"').replace('"Restatement"', '"Hugging"')
         .replace('"Approval"', '"Hugging"').replace('"Advisement"', '"Hugging"'), "label_unknown"),
    ):  # fmt: skip
        file = tmp_path / "bad.jsonl"
        file.write_text(f"{line}\n{bad}\n", encoding="utf-8")
        with pytest.raises(FinetuneError, match=r"bad\.jsonl, line 2") as caught:
            read_source(source(file))
        assert caught.value.code == code
        assert "Hugging" not in str(caught.value)


def test_a_pinned_file_must_be_that_file(tmp_path: Path) -> None:
    file = made_file(tmp_path, train=1, validation=1)
    assert len(read_source(source(file, sha256=hash_of(file)))) == 2
    with pytest.raises(FinetuneError, match="pinned"):
        read_source(source(file, sha256="0" * 64))


def test_an_empty_split_says_so(tmp_path: Path) -> None:
    found = read_source(source(write_jsonl(tmp_path / "one.jsonl", [dialogue(1)])))
    with pytest.raises(FinetuneError, match="validation") as caught:
        of_split(found, Split.VALIDATION)
    assert caught.value.code == "split_empty"
