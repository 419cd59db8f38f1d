"""From a file to a Transcript, with fakes for the engines' shape and with the real models."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ml.audio.decode import SAMPLE_RATE, decode
from ml.errors import BackendNotInstalled, Cancelled, ErrorCode, PermanentError
from ml.metrics.wer import word_errors
from ml.schemas.transcript import SpeakerRole, Transcript
from ml.tests.audio.media_files import tone, write_wav
from ml.tests.real_models import SAMPLE, models_dir, shared_audio
from ml.transcription.evaluation import measure, read_reference
from ml.transcription.pipeline import TranscriptionEngine, TranscriptionOptions, build_engine, transcribe

SENTENCES = " ".join(["How have you been sleeping? Badly. I lie awake and I think about my job. I see."] * 3)


def _fake(tmp_path: Path, sentences: tuple[str, ...] = (SENTENCES,)) -> TranscriptionEngine:
    return build_engine(
        TranscriptionOptions(
            models_dir=tmp_path,
            transcriber="fake",
            transcriber_options={"sentences": sentences},
            diarizer="fake",
        )
    )


@pytest.fixture(scope="module")
def real_engine() -> TranscriptionEngine:
    return build_engine(TranscriptionOptions(models_dir=models_dir("whisper-base", "voice-encoder")))


def test_the_transcript_is_whole(tmp_path: Path) -> None:
    shares: list[float] = []

    transcript = _fake(tmp_path).transcribe(SAMPLE, shares.append)

    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert transcript.duration_ms == pytest.approx(44_110, abs=50)
    assert (transcript.engine, transcript.model, transcript.language) == ("fake", "fake", "en")
    assert [segment.index for segment in transcript.segments] == list(range(len(transcript.segments)))
    assert len({segment.id for segment in transcript.segments}) == len(transcript.segments)
    assert set(transcript.speakers) == {segment.speaker for segment in transcript.segments}
    assert transcript.segments[0].speaker == "S1"
    assert all(s.role == transcript.speakers[s.speaker].role for s in transcript.segments)
    said = " ".join(word.text for segment in transcript.segments for word in segment.words)
    assert said == SENTENCES == " ".join(segment.text for segment in transcript.segments)
    assert Transcript.model_validate_json(transcript.model_dump_json()) == transcript


def test_the_peaks_show_where_there_is_sound(tmp_path: Path) -> None:
    heard = _fake(tmp_path).listen(SAMPLE)

    assert len(heard.peaks) == 2000
    assert max(heard.peaks) == 255
    first = heard.transcript.segments[0].words[0].start_ms * 2000 // heard.transcript.duration_ms
    assert max(heard.peaks[first : first + 50]) > 60


def test_four_seconds_of_silence_are_no_speech(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "silence.wav", np.zeros(4 * SAMPLE_RATE, np.float32))

    with pytest.raises(PermanentError) as caught:
        _fake(tmp_path).transcribe(path)

    assert caught.value.code == ErrorCode.NO_SPEECH


def test_a_tone_is_no_speech(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "tone.wav", tone(4, SAMPLE_RATE))

    with pytest.raises(PermanentError) as caught:
        _fake(tmp_path).transcribe(path)

    assert caught.value.code == ErrorCode.NO_SPEECH


def test_speech_without_any_word_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(PermanentError) as caught:
        _fake(tmp_path, ("",)).transcribe(SAMPLE)

    assert caught.value.code == ErrorCode.NO_SPEECH


def test_a_file_that_breaks_off_shows_a_gap(tmp_path: Path) -> None:
    with decode(SAMPLE) as audio:
        path = write_wav(tmp_path / "cut.wav", audio.mono())
    path.write_bytes(path.read_bytes()[: 44 + 30 * 2 * SAMPLE_RATE])

    transcript = _fake(tmp_path).transcribe(path)

    assert transcript.duration_ms == pytest.approx(44_110, abs=50)
    assert transcript.coverage.gaps[-1].start_ms == pytest.approx(30_000, abs=50)
    assert transcript.coverage.gaps[-1].end_ms == pytest.approx(44_110, abs=50)


@pytest.mark.parametrize("at", [0.0, 0.05, 0.5, 0.9, 0.97])
def test_cancelling_works_at_any_time(at: float, tmp_path: Path) -> None:
    def stop(share: float) -> None:
        if share >= at:
            raise Cancelled

    with pytest.raises(Cancelled):
        _fake(tmp_path).transcribe(SAMPLE, stop)


def test_missing_models_are_said_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(BackendNotInstalled) as caught:
        transcribe(SAMPLE, TranscriptionOptions(models_dir=tmp_path))

    assert caught.value.code == ErrorCode.MODEL_NOT_AVAILABLE


def test_speakers_expected_is_checked(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="1 to 6"):
        TranscriptionOptions(models_dir=tmp_path, speakers_expected=7)


@pytest.mark.weights
def test_the_sample_session_is_right(real_engine: TranscriptionEngine) -> None:
    measured = measure(real_engine, SAMPLE, read_reference(SAMPLE.with_suffix(".json")))

    assert measured.errors is not None
    assert measured.errors.rate <= 0.05
    assert measured.speakers is not None
    assert (measured.speakers.right, measured.speakers.turns) == (6, 6)
    assert measured.roles_right
    assert measured.dropped == 0
    assert len(measured.transcript.segments) == 6
    assert measured.transcript.language == "en"
    assert measured.transcript.coverage.gaps == []


@pytest.mark.weights
def test_spans_can_be_heard_again(real_engine: TranscriptionEngine) -> None:
    words, silence, nothing = real_engine.redecode(
        SAMPLE, [(18_700, 28_300), (0, 500), (90_000, 95_000)], language="en"
    )

    heard = " ".join(word.text for word in words)
    said = json.loads(SAMPLE.with_suffix(".json").read_text())["turns"][3]["text"]
    assert word_errors(said, heard).rate < 0.1
    assert all(18_500 <= word.start_ms <= word.end_ms <= 28_500 for word in words)
    assert (silence, nothing) == ([], [])


@pytest.mark.weights
def test_two_channels_are_two_speakers(real_engine: TranscriptionEngine, tmp_path: Path) -> None:
    turns = json.loads(SAMPLE.with_suffix(".json").read_text())["turns"]
    with decode(SAMPLE) as audio:
        mono = audio.mono()
    both = np.random.default_rng(1).standard_normal((len(mono), 2)).astype(np.float32) * np.float32(0.0005)
    for turn in turns:
        span = slice(int((turn["start"] - 0.1) * SAMPLE_RATE), int((turn["end"] + 0.1) * SAMPLE_RATE))
        both[span, 0 if turn["speaker"] == "client" else 1] += mono[span]
    path = write_wav(tmp_path / "call.wav", both)

    measured = measure(real_engine, path, read_reference(SAMPLE.with_suffix(".json")))

    assert measured.speakers is not None
    assert measured.speakers.right == 6
    assert measured.roles_right


@pytest.mark.weights
def test_silence_between_two_parts_stays_empty(real_engine: TranscriptionEngine, tmp_path: Path) -> None:
    with decode(SAMPLE) as audio:
        first, second = audio.mono(500, 15_000), audio.mono(28_500, 44_000)
    quiet = np.random.default_rng(2).standard_normal(40 * SAMPLE_RATE).astype(np.float32) * np.float32(0.001)
    path = write_wav(tmp_path / "pause.wav", np.concatenate([first, quiet, second]))

    transcript = real_engine.transcribe(path)

    between = [s for s in transcript.segments if s.start_ms < 54_000 and s.end_ms > 15_500]
    assert between == []
    assert "phone" in transcript.segments[-1].text
    assert transcript.coverage.gaps == []


@pytest.mark.weights
@pytest.mark.shared
def test_real_speakers_in_turns(real_engine: TranscriptionEngine) -> None:
    path = shared_audio("conv_1688_1998.flac")

    measured = measure(real_engine, path, read_reference(path.with_suffix(".json")))

    assert measured.speakers is not None
    assert measured.speakers.right == measured.speakers.turns == 20
    assert measured.dropped == 0


@pytest.mark.weights
@pytest.mark.shared
def test_one_real_speaker(real_engine: TranscriptionEngine) -> None:
    transcript = real_engine.transcribe(shared_audio("jfk.flac"))

    said = (
        "And so my fellow Americans ask not what your country can do for you "
        "ask what you can do for your country"
    )
    assert word_errors(said, " ".join(segment.text for segment in transcript.segments)).rate == 0.0
    assert set(transcript.speakers) == {"S1"}
    assert transcript.speakers["S1"].role in set(SpeakerRole)
