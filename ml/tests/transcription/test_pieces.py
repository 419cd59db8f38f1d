"""A recording in pieces: how it is divided, and that the pieces give the transcript of the whole."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from ml.asr.base import DEFAULT_OPTIONS, Passage, Samples, TranscribeOptions, Transcription, spread_words
from ml.audio.decode import SAMPLE_RATE, DecodedAudio, decode
from ml.audio.vad import FRAME_MS, SpeechSpan
from ml.metrics.wer import word_errors
from ml.progress import Progress, no_progress
from ml.schemas.transcript import Transcript
from ml.tests.audio.media_files import write_wav
from ml.tests.real_models import SAMPLE, models_dir
from ml.transcription.blocks import Block, BlockOptions, plan_blocks
from ml.transcription.pieces import DECODED, PIECE, Decoded, Piece, PieceOptions, plan_pieces
from ml.transcription.pipeline import TranscriptionEngine, TranscriptionOptions, build_engine
from ml.transcription.recognition import BlockDecoder

MINUTE = 60_000


class InTurn:
    """Every second piece is decoded by another worker: through JSON, from the file anew."""

    def __init__(self, other: TranscriptionEngine, path: Path, options: PieceOptions) -> None:
        self.options = options
        self.pieces: list[Piece] = []
        self._other = other
        self._path = path

    def offer(self, pieces: Sequence[Piece]) -> None:
        self.pieces = list(pieces)

    def gather(self, decode: Callable[[Piece, Progress], Decoded], progress: Progress) -> list[Decoded]:
        decoded = []
        with self._other.piecework(self._path) as elsewhere:
            for number, piece in enumerate(self.pieces):
                sent = PIECE.validate_json(PIECE.dump_json(piece))
                assert sent == piece
                heard = (elsewhere if number % 2 else decode)(sent, no_progress)
                decoded.append(DECODED.validate_json(DECODED.dump_json(heard)))
                assert decoded[-1] == heard
                progress((number + 1) / len(self.pieces))
        return decoded


def said(transcript: Transcript) -> str:
    return " ".join(segment.text for segment in transcript.segments)


def fake(tmp_path: Path) -> TranscriptionEngine:
    return build_engine(
        TranscriptionOptions(
            models_dir=tmp_path,
            transcriber="fake",
            transcriber_options={"sentences": ("I see. And how did you sleep?",)},
            diarizer="fake",
        )
    )


def several_times(path: Path, times: int, pause_s: float = 1.0) -> Path:
    """The sample session, again and again."""
    with decode(SAMPLE) as audio:
        once = np.concatenate([audio.mono(), np.zeros(round(pause_s * SAMPLE_RATE), np.float32)])
    return write_wav(path, np.tile(once, times))


def test_blocks_of_a_divided_session_end_at_pauses() -> None:
    speech = [SpeechSpan(at, at + 8_000) for at in range(0, 50 * MINUTE, 10_000)]

    blocks = plan_blocks(speech, 50 * MINUTE, PieceOptions(from_ms=1, piece_ms=120_000).block_options())

    assert max(block.length_ms for block in blocks) <= 151_000
    assert all(block.lead_ms == block.tail_ms == 0 for block in blocks)
    pieces = plan_pieces(blocks, "en", PieceOptions(from_ms=1, piece_ms=120_000))
    assert [block for piece in pieces for block in piece.blocks] == blocks
    assert 22 <= len(pieces) <= 25


def test_speech_without_a_pause_is_cut_where_it_is_quietest_and_shared() -> None:
    probabilities = np.full(round(400_000 / FRAME_MS), 0.9, np.float32)
    breath = round(143_000 / FRAME_MS)
    probabilities[breath : breath + 6] = 0.3
    options = PieceOptions(from_ms=1, piece_ms=120_000).block_options()

    blocks = plan_blocks([SpeechSpan(0, 400_000)], 400_000, options, probabilities)

    assert blocks[0].end_ms == blocks[1].start_ms == pytest.approx(143_100, abs=70)
    assert (blocks[0].lead_ms, blocks[0].tail_ms, blocks[1].lead_ms) == (0, 4_000, 4_000)
    assert max(block.length_ms for block in blocks) <= 150_000
    assert blocks[-1].tail_ms == 0


def test_very_long_silence_is_in_no_piece() -> None:
    speech = [SpeechSpan(0, MINUTE), SpeechSpan(90 * MINUTE, 91 * MINUTE)]
    options = PieceOptions(from_ms=1, piece_ms=MINUTE)

    pieces = plan_pieces(plan_blocks(speech, 95 * MINUTE, options.block_options()), "en", options)

    assert sum(piece.length_ms for piece in pieces) <= 2 * MINUTE + 2_000
    assert len(pieces) == 2


@given(
    st.lists(st.integers(1, 200_000), min_size=1, max_size=60), st.integers(1_000, 300_000), st.integers(1, 9)
)
def test_pieces_hold_every_block_once_and_are_not_too_many(
    lengths: list[int], piece_ms: int, most: int
) -> None:
    ends = list(itertools.accumulate(lengths))
    blocks = [Block(end - length, end) for end, length in zip(ends, lengths, strict=True)]

    pieces = plan_pieces(blocks, None, PieceOptions(from_ms=1, piece_ms=piece_ms, most=most))

    assert [block for piece in pieces for block in piece.blocks] == blocks
    assert len(pieces) <= most
    aim = max(piece_ms, ends[-1] / most)
    assert all(piece.length_ms <= aim + 2 * max(lengths) for piece in pieces)


def test_nothing_is_not_divided() -> None:
    assert plan_pieces([], "en", PieceOptions(from_ms=1)) == []
    with pytest.raises(ValueError, match="positive"):
        PieceOptions(from_ms=0)


def test_recognition_is_seen_whole_and_in_pieces(tmp_path: Path, exported: InMemorySpanExporter) -> None:
    fake(tmp_path).listen(SAMPLE)
    whole = [
        dict(span.attributes or {}) for span in exported.get_finished_spans() if span.name == "recognize"
    ]
    assert [attributes.pop("platform.seconds") for attributes in whole] == [pytest.approx(43, abs=3)]
    assert whole == [{"platform.engine": "fake"}]
    exported.clear()

    spread = InTurn(fake(tmp_path), SAMPLE, PieceOptions(from_ms=1, piece_ms=10_000))
    fake(tmp_path).listen(SAMPLE, spread=spread)
    names = [span.name for span in exported.get_finished_spans()]
    assert names.count("divide") == 1
    assert names.count("recognize") == len(spread.pieces) > 1


def test_a_short_recording_is_not_divided(tmp_path: Path) -> None:
    spread = InTurn(fake(tmp_path), SAMPLE, PieceOptions(from_ms=10 * MINUTE))

    transcript = fake(tmp_path).listen(SAMPLE, spread=spread).transcript

    assert spread.pieces == []
    assert transcript.segments


def test_a_divided_recording_tells_its_progress(tmp_path: Path) -> None:
    path = several_times(tmp_path / "long.wav", 3)
    spread = InTurn(fake(tmp_path), path, PieceOptions(from_ms=MINUTE, piece_ms=20_000))
    shares: list[float] = []

    heard = fake(tmp_path).listen(path, shares.append, spread=spread)

    assert len(spread.pieces) > 3
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert heard.transcript.duration_ms == pytest.approx(3 * 45_110, abs=100)


class Listener:
    """A recognizer that hears French and remembers what it was asked."""

    engine, model = "listener", "listener"

    def __init__(self) -> None:
        self.asked: list[tuple[int, str | None]] = []

    def transcribe(self, samples: Samples, options: TranscribeOptions = DEFAULT_OPTIONS) -> Transcription:
        length_ms = len(samples) * 1000 // SAMPLE_RATE
        self.asked.append((length_ms, options.language))

        def passages() -> Passage:
            return Passage(0, length_ms, "Bonjour", spread_words("Bonjour", 0, length_ms))

        return Transcription(options.language or "fr", 0.9, (passages() for _ in range(1)))


def test_the_language_is_detected_once_from_half_a_minute(tmp_path: Path) -> None:
    path = several_times(tmp_path / "long.wav", 4)
    listener = Listener()
    with decode(path) as audio:
        decoder = BlockDecoder(listener, audio, TranscribeOptions())
        blocks = [Block(0, 3_000), Block(10_000, 90_000), Block(90_000, 170_000)]
        decoder.detect_language(blocks)
        decoder.detect_language(blocks)
        pieces = plan_pieces(blocks, decoder.language, PieceOptions(from_ms=1, piece_ms=80_000))
        for piece in pieces:
            decoder.decode_piece(piece, no_progress)

    assert listener.asked[0] == (30_000, None)
    assert [language for _, language in listener.asked[1:]] == ["fr", "fr", "fr"]


def test_both_sides_of_a_cut_into_speech_are_given_what_they_share(tmp_path: Path) -> None:
    listener = Listener()
    with decode(SAMPLE) as audio:
        decoder = BlockDecoder(listener, audio, TranscribeOptions(language="en"))
        piece = Piece((Block(0, 20_000, tail_ms=4_000), Block(20_000, 40_000, lead_ms=4_000)), "en")
        first, second = decoder.decode_piece(piece, no_progress)

    assert [length for length, _ in listener.asked] == [24_000, 24_000]
    assert (first[0].start_ms, first[0].end_ms) == (0, 24_000)
    assert (second[0].start_ms, second[0].end_ms) == (16_000, 40_000)


@pytest.fixture(scope="module")
def real_engine() -> TranscriptionEngine:
    return build_engine(
        TranscriptionOptions(
            models_dir=models_dir("whisper-tiny-en", "voice-encoder"),
            transcriber_options={"model": "whisper-tiny-en"},
        )
    )


@pytest.mark.weights
def test_pieces_say_what_the_whole_says(real_engine: TranscriptionEngine, tmp_path: Path) -> None:
    path = several_times(tmp_path / "long.wav", 2)
    spread = InTurn(real_engine, path, PieceOptions(from_ms=MINUTE, piece_ms=30_000))

    whole = real_engine.transcribe(path)
    divided = real_engine.listen(path, spread=spread).transcript

    assert len(spread.pieces) >= 3
    assert word_errors(said(whole), said(divided)).rate <= 0.01
    assert divided.coverage.gaps == whole.coverage.gaps == []
    assert len(divided.speakers) == 2


@pytest.mark.weights
def test_two_channels_and_cuts_into_speech_say_it_too(
    real_engine: TranscriptionEngine, tmp_path: Path
) -> None:
    """No pause is long enough here, so every cut falls into speech."""
    with decode(SAMPLE) as audio:
        mono = audio.mono(500, 40_000)
    both = np.stack([mono, mono * np.float32(0.8)], axis=1)
    path = write_wav(tmp_path / "stereo.wav", both)
    reference = said(real_engine.transcribe(path))
    with decode(path) as audio:
        joined = _without_pauses(real_engine, audio)

    assert audio.channels == 2
    assert word_errors(reference, joined).rate <= 0.02


def _without_pauses(engine: TranscriptionEngine, audio: DecodedAudio) -> str:
    from ml.audio.vad import speech_probabilities
    from ml.transcription.joining import join_words

    probabilities = speech_probabilities(audio)
    blocks = plan_blocks(
        [SpeechSpan(0, audio.duration_ms)],
        audio.duration_ms,
        BlockOptions(soft_ms=9_000, hard_ms=12_000, seek_ms=1_000),
        probabilities,
    )
    assert len(blocks) >= 4
    assert all(earlier.tail_ms and later.lead_ms for earlier, later in itertools.pairwise(blocks))
    decoder = BlockDecoder(engine._transcriber, audio, TranscribeOptions(language="en"))
    heard = decoder.decode_piece(Piece(tuple(blocks), "en"), no_progress)
    words = [[word for passage in passages for word in passage.words] for passages in heard]
    return " ".join(word.text.strip() for word in join_words(blocks, words))
