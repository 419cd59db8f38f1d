"""ESConv's windows are put together again; two of its strategies are also ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml.corpora.esconv import SAME_STRATEGY, STRATEGIES, read_esconv
from ml.corpora.reading import CorpusError, Problems
from ml.schemas.dialogue import Split
from ml.schemas.labels import Strategy
from ml.schemas.transcript import SpeakerRole
from ml.tests.corpora.shared_files import shared_file

WINDOWS = (
    "1.0 0 0 Hi.  EOS 1.0 0 1 I lost it. EOS 1.0 1 2 [Questions] Lost what? \r\n"
    "0.0 0 1 I lost it. EOS 0.0 1 2 [Questions] Lost what?  EOS 1.0 0 3 My job. "
    "EOS 1.0 1 4 [Restatement or Paraphrasing] You lost your job.\r\n"
    "1.0 0 0 Hello EOS 1.0 1 1 [Other] Hello \r\n"
    "0.0 0 0 Hello EOS 0.0 1 1 [Other] Hello EOS 1.0 0 2 Bad day. EOS 1.0 1 3 [Self-disclosure] Mine too.\r\n"
)


def write(folder: Path, text: str, name: str = "esconv_dev.tsv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def test_overlapping_windows_become_dialogues(tmp_path: Path) -> None:
    first, second = read_esconv(write(tmp_path, WINDOWS))

    assert [turn.text for turn in first.utterances] == [
        "Hi.", "I lost it.", "Lost what?", "My job.", "You lost your job.",
    ]  # fmt: skip
    assert [turn.role for turn in second.utterances] == [
        SpeakerRole.CLIENT, SpeakerRole.THERAPIST, SpeakerRole.CLIENT, SpeakerRole.THERAPIST,
    ]  # fmt: skip
    assert (first.id, first.split, first.source.licence) == (
        "esconv-validation-0", Split.VALIDATION, "CC BY-NC 4.0",
    )  # fmt: skip
    assert second.source.source_id != first.source.source_id


def test_only_the_two_exact_strategies_are_mapped_and_all_are_kept(tmp_path: Path) -> None:
    assert SAME_STRATEGY == {
        "Self-disclosure": Strategy.SELF_DISCLOSURE,
        "Restatement or Paraphrasing": Strategy.RESTATEMENT,
    }
    lines = "".join(
        f"1.0 0 {2 * number} Yes. EOS 1.0 1 {2 * number + 1} [{name}] Words.\n"
        for number, name in enumerate(STRATEGIES)
    )
    (dialogue,) = read_esconv(write(tmp_path, lines))

    helped = [turn for turn in dialogue.utterances if turn.role is SpeakerRole.THERAPIST]
    assert [turn.source_labels["strategy"] for turn in helped] == list(STRATEGIES)
    mapped = {turn.source_labels["strategy"]: turn.strategy.value for turn in helped if turn.strategy}
    assert mapped == SAME_STRATEGY


def test_a_dialogue_that_starts_inside_a_window_is_not_glued_to_the_one_before(tmp_path: Path) -> None:
    later = "1.0 0 1 Other words. EOS 1.0 0 4 More. EOS 1.0 1 5 [Information] Facts.\r\n"
    dialogues = read_esconv(write(tmp_path, WINDOWS + later))
    assert [len(item.utterances) for item in dialogues] == [5, 4, 3]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("1.0 2 0 secret\n", "does not begin with"),
        ("1.0 1 0 [Hypnosis] secret\n", "8 strategies"),
        ("1.0 1 0 secret\n", "8 strategies"),
        ("1.0 0 0  EOS 1.0 1 1 [Other] secret\n", "does not begin with|no words"),
    ],
)
def test_a_bad_line_is_told_without_its_words(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(CorpusError, match=told) as caught:
        read_esconv(write(tmp_path, WINDOWS + line))
    assert "Line 5" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_tolerated_lines_are_left_out(tmp_path: Path) -> None:
    problems = Problems("x", tolerated=True)
    assert len(read_esconv(write(tmp_path, WINDOWS + "nonsense\n"), problems)) == 2
    assert [problem.line for problem in problems.rows] == [5]


@pytest.mark.shared
def test_the_reference_file_is_read_whole() -> None:
    dialogues = read_esconv(shared_file("esconv_dev.tsv"))

    turns = [turn for item in dialogues for turn in item.utterances]
    assert (len(dialogues), len(turns)) == (211, 6_328)
    assert len({turn.id for turn in turns}) == len(turns)
    labelled = [turn for turn in turns if turn.role is SpeakerRole.THERAPIST]
    assert {turn.source_labels["strategy"] for turn in labelled} == set(STRATEGIES)
