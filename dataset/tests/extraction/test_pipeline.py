"""A playlist becomes dialogues; what comes out is measured on the files."""

from __future__ import annotations

import dataclasses
import wave
from fractions import Fraction

import pytest

from dataset.extraction.media import frames_of, inspect
from dataset.extraction.pipeline import STAGES, Extraction
from dataset.extraction.playlists import read_playlist
from dataset.manifest import Entry, Outcome
from dataset.tests.runs import run_all
from dataset.tests.stand_ins import StandIn
from dataset.tests.videos import frame_numbers, known_turns
from ml.schemas.dialogue import AnnotatedDialogue
from ml.schemas.transcript import SpeakerRole, Transcript

Finished = tuple[Extraction, StandIn, list[Entry]]


@pytest.fixture
def extraction(finished: Finished) -> Extraction:
    return finished[0]


@pytest.fixture
def stand_in(finished: Finished) -> StandIn:
    return finished[1]


@pytest.fixture
def done(finished: Finished) -> list[Entry]:
    return finished[2]


def test_every_stage_is_done(done: list[Entry]) -> None:
    assert [(entry.stage, entry.outcome) for entry in done] == [
        ("playlist", Outcome.DONE),
        *((stage, Outcome.DONE) for stage in STAGES),
    ]


def test_the_standard_video_has_16_frames_and_a_keyframe_each_second(
    extraction: Extraction, done: list[Entry]
) -> None:
    frames = frames_of(extraction.workspace.video("PLtest", "talk").standard)
    assert len(frames.times) == 320
    assert {after - before for before, after in zip(frames.times, frames.times[1:], strict=False)} == {
        Fraction(1, 16)
    }
    assert frames.keyframes == tuple(Fraction(second) for second in range(20))
    assert frames.start == 0


def test_the_sound_is_16_khz_mono_and_as_long_as_the_video(extraction: Extraction, done: list[Entry]) -> None:
    with wave.open(str(extraction.workspace.video("PLtest", "talk").audio)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (16_000, 1, 2)
        assert sound.getnframes() / 16_000 == pytest.approx(20.0, abs=0.05)


def test_clips_hold_exactly_the_frames_of_their_turns(extraction: Extraction, done: list[Entry]) -> None:
    folder = extraction.workspace.video("PLtest", "talk")
    dialogue = AnnotatedDialogue.model_validate_json(folder.dialogue.read_text())
    with_clip = [utterance for utterance in dialogue.utterances if utterance.clip]
    assert [utterance.index for utterance in with_clip] == [0, 1]
    for utterance in with_clip:
        path = extraction.workspace.root / utterance.clip
        numbers = frame_numbers(path)
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        assert 0 <= utterance.start_ms / 1000 * 16 - numbers[0] < 1
        assert 0 <= (numbers[-1] + 1) - utterance.end_ms / 1000 * 16 < 1
        assert len(frames_of(path).times) == len(numbers) > 48
        assert inspect(path).audio is not None
    assert [path.name for path in sorted(folder.clips.iterdir())] == [
        "0000_0000800-0005310_S1.mp4",
        "0001_0006380-0014520_S2.mp4",
    ]


def test_the_dialogue_keeps_words_times_roles_and_lineage(extraction: Extraction, done: list[Entry]) -> None:
    folder = extraction.workspace.video("PLtest", "talk")
    dialogue = AnnotatedDialogue.model_validate_json(folder.dialogue.read_text())
    turns = known_turns(20.0)
    assert [utterance.text for utterance in dialogue.utterances] == [turn["text"] for turn in turns]
    assert [utterance.role.value for utterance in dialogue.utterances] == [turn["speaker"] for turn in turns]
    assert dialogue.utterances[2].clip == ""
    assert all(0.5 < utterance.role_confidence <= 1 for utterance in dialogue.utterances)
    source = dialogue.source
    assert (source.dataset, source.source_id, source.playlist) == ("youtube", "talk", "PLtest")
    assert (source.title, source.licence) == ("A session", "creativeCommon")
    assert source.sha256 == extraction.manifest.sha256("videos/PLtest/talk/source.mp4")


def test_the_transcript_is_there_as_text_and_json_with_start_and_end(
    extraction: Extraction, done: list[Entry]
) -> None:
    folder = extraction.workspace.video("PLtest", "talk")
    transcript = Transcript.model_validate_json(folder.transcript.read_text())
    assert [segment.id for segment in transcript.segments] == ["talk-s0000", "talk-s0001", "talk-s0002"]
    assert transcript.segments[0].role is SpeakerRole.THERAPIST
    lines = folder.transcript_text.read_text().splitlines()
    assert lines[0].startswith("[00:00:00.800 - 00:00:05.310] Therapist: Hi Daniel")
    assert len(lines) == 3


def test_a_second_run_asks_nobody_anything(
    extraction: Extraction, done: list[Entry], stand_in: StandIn
) -> None:
    before = dict(stand_in.counts)
    assert [(e.stage, e.outcome) for e in run_all(extraction)] == [(e.stage, e.outcome) for e in done]
    assert dict(stand_in.counts) == before
    assert extraction.pending("PLtest", read_playlist(extraction.workspace, "PLtest").videos[0]) == ()


def test_the_ledger_says_what_the_servers_counted(
    extraction: Extraction, done: list[Entry], stand_in: StandIn
) -> None:
    totals = {one.service: one for one in extraction.ledger.totals()}
    assert totals["youtube"].calls == stand_in.counts["items"] + stand_in.counts["videos"] == 2
    assert totals["assemblyai"].calls == stand_in.counts["job"] == 1
    assert totals["assemblyai"].input_units in {20, 21}
    assert float(totals["assemblyai"].usd) == pytest.approx(0.29 * 20 / 3600, rel=0.06)


def test_another_threshold_cuts_anew_and_fetches_nothing(
    extraction: Extraction, done: list[Entry], stand_in: StandIn
) -> None:
    before = dict(stand_in.counts)
    extraction.config = dataclasses.replace(extraction.config, min_clip_ms=6_000)
    video = read_playlist(extraction.workspace, "PLtest").videos[0]
    assert extraction.pending("PLtest", video) == ("clips",)
    assert len(list(extraction.run("PLtest", video))[-1].outputs) == 2
    assert [path.name[:4] for path in extraction.workspace.video("PLtest", "talk").clips.iterdir()] == [
        "0001"
    ]
    assert dict(stand_in.counts) == before
