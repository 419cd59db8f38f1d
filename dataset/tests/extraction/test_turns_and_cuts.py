"""The rule of turns and the arithmetic of cuts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.extraction.clips import cut_of
from dataset.extraction.config import ExtractionConfig
from dataset.extraction.turns import Turn, turns_of
from ml.schemas.transcript import Segment, SpeakerRole

CONFIG = ExtractionConfig()


def segments(*spoken: tuple[str, int, int]) -> list[Segment]:
    return [
        Segment(id=str(n), index=n, speaker=speaker, start_ms=start, end_ms=end, text=f"w{n}")
        for n, (speaker, start, end) in enumerate(spoken)
    ]


def turns(*spoken: tuple[str, int, int]) -> list[tuple[str, int, int, str]]:
    found = turns_of(segments(*spoken), merge_gap_ms=2_000, max_turn_ms=60_000)
    return [(turn.speaker, turn.start_ms, turn.end_ms, turn.text) for turn in found]


def test_neighbours_of_one_speaker_become_one_turn() -> None:
    assert turns(("S1", 0, 1000), ("S1", 3000, 4000)) == [("S1", 0, 4000, "w0 w1")]


def test_a_longer_pause_or_another_speaker_parts_them() -> None:
    assert len(turns(("S1", 0, 1000), ("S1", 3001, 4000))) == 2
    assert len(turns(("S1", 0, 1000), ("S2", 1100, 1300), ("S1", 1400, 2000))) == 3


def test_a_turn_stays_within_its_longest() -> None:
    assert [end - start for _, start, end, _ in turns(("S1", 0, 40_000), ("S1", 40_500, 61_000))] == [
        40_000,
        20_500,
    ]


def test_segments_without_words_are_left_out() -> None:
    silent = Segment(id="x", index=0, start_ms=0, end_ms=9000, text="  ")
    assert turns_of([silent], merge_gap_ms=1, max_turn_ms=1) == []


def turn(start: int, end: int) -> Turn:
    return Turn("S1", SpeakerRole.CLIENT, start, end, "words")


@pytest.mark.parametrize(("length", "is_cut"), [(3_000, False), (3_001, True), (1, False)])
def test_only_what_is_longer_than_three_seconds_is_cut(length: int, is_cut: bool) -> None:
    assert (cut_of(turn(1_010, 1_010 + length), CONFIG, 10_000) is not None) is is_cut


@given(st.integers(0, 10_000_000), st.integers(3_001, 60_000), st.integers(0, 200_000))
def test_a_cut_is_within_one_frame_and_longer_than_the_threshold(
    start: int, length: int, frames: int
) -> None:
    cut = cut_of(turn(start, start + length), CONFIG, frames)
    if cut is None:
        assert frames * 62.5 <= start + 3_062.5
        return
    assert cut.frames > 48
    assert 0 <= start - cut.first * 62.5 < 62.5
    assert cut.first + cut.frames <= frames
    if cut.first + cut.frames < frames:
        assert 0 <= (cut.first + cut.frames) * 62.5 - (start + length) < 62.5
    assert cut.start_us(16) * 16 == cut.first * 1_000_000


@pytest.mark.parametrize(
    "wrong", [{"fps": 7}, {"fps": 0}, {"watch_url": "https://x/"}, {"transcriber": "nobody"}]
)
def test_a_configuration_that_cannot_work_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        ExtractionConfig(**wrong)  # type: ignore[arg-type]
