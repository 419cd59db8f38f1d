from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from ml.audio.vad import SpeechSpan
from ml.transcription.blocks import BlockOptions, plan_blocks


def test_a_short_session_is_one_block() -> None:
    blocks = plan_blocks([SpeechSpan(800, 5000), SpeechSpan(6000, 9000)], 10_000)

    assert [(block.start_ms, block.end_ms) for block in blocks] == [(300, 9500)]


def test_long_silence_is_left_out() -> None:
    blocks = plan_blocks([SpeechSpan(0, 5000), SpeechSpan(65_000, 70_000)], 70_000)

    assert [(block.start_ms, block.end_ms) for block in blocks] == [(0, 5500), (64_500, 70_000)]


def test_three_hours_come_in_bounded_blocks() -> None:
    spans = [SpeechSpan(start, start + 9_000) for start in range(0, 3 * 3_600_000, 10_000)]

    blocks = plan_blocks(spans, 3 * 3_600_000)

    assert len(blocks) >= 18
    assert max(block.length_ms for block in blocks) <= 601_000


def test_speech_without_any_pause_is_cut_all_the_same() -> None:
    blocks = plan_blocks([SpeechSpan(0, 2_000_000)], 2_000_000)

    assert max(block.length_ms for block in blocks) <= 601_000


@given(
    st.lists(st.tuples(st.integers(1, 20_000), st.integers(50, 700_000)), min_size=1, max_size=30),
    st.integers(0, 5_000),
)
def test_blocks_hold_all_speech_and_do_not_overlap(parts: list[tuple[int, int]], tail: int) -> None:
    spans, at = [], 0
    for pause, length in parts:
        spans.append(SpeechSpan(at + pause, at + pause + length))
        at += pause + length
    duration = at + tail

    blocks = plan_blocks(spans, duration, BlockOptions())

    for earlier, later in itertools.pairwise(blocks):
        assert earlier.end_ms <= later.start_ms
    assert blocks[0].start_ms >= 0
    assert blocks[-1].end_ms <= duration
    for span in spans:
        inside = sum(
            max(0, min(span.end_ms, block.end_ms) - max(span.start_ms, block.start_ms)) for block in blocks
        )
        assert inside == span.end_ms - span.start_ms
