"""All words of one recording: block after block, without what was not said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ml.asr.base import Passage, TranscribeOptions, Transcriber, spread_words
from ml.audio.decode import DecodedAudio
from ml.audio.vad import Probabilities, SpeechOptions, speech_spans
from ml.progress import Progress
from ml.schemas.transcript import Word
from ml.spans import traced
from ml.transcription.blocks import Block, BlockOptions, plan_blocks
from ml.transcription.doubt import believable, trustworthy, without_loops
from ml.transcription.joining import join_words
from ml.transcription.pieces import Decoded, Piece, PieceOptions, plan_pieces

# What is decoded at all is chosen more generously than what must have words.
_GENEROUS = SpeechOptions(threshold=0.2, end_threshold=0.1, min_speech_ms=60, min_silence_ms=500, pad_ms=200)
_ENOUGH_TO_KNOW_LANGUAGE_MS = 5_000
_LANGUAGE_WINDOW_MS = 30_000
_SHORTEST_CLIP_MS = 1_000


class BlockDecoder:
    """One recognizer on one recording's samples; `language` is None until it is known."""

    def __init__(self, transcriber: Transcriber, audio: DecodedAudio, options: TranscribeOptions) -> None:
        self._transcriber = transcriber
        self._audio = audio
        self._options = options
        self.language = options.language

    def decode(self, block: Block, options: TranscribeOptions | None = None) -> Iterable[Passage]:
        """The passages of a block in the recording's times, decoded while they are read."""
        options = options or self._options
        options = TranscribeOptions(
            language=self.language,
            beam_size=options.beam_size,
            temperatures=options.temperatures,
            prompt=options.prompt,
            condition_on_previous_text=options.condition_on_previous_text,
        )
        start_ms = max(0, block.start_ms - block.lead_ms)
        result = self._transcriber.transcribe(
            self._audio.mono(start_ms, block.end_ms + block.tail_ms), options
        )
        if self.language is None and block.length_ms >= _ENOUGH_TO_KNOW_LANGUAGE_MS:
            self.language = result.language
        return (_shifted(passage, start_ms) for passage in result.passages)

    def detect_language(self, blocks: Sequence[Block]) -> None:
        """Find the language as decoding the first long block would, without decoding it."""
        if self.language is not None or not blocks:
            return
        long = (block for block in blocks if block.length_ms >= _ENOUGH_TO_KNOW_LANGUAGE_MS)
        block = next(long, max(blocks, key=lambda block: block.length_ms))
        samples = self._audio.mono(block.start_ms, min(block.end_ms, block.start_ms + _LANGUAGE_WINDOW_MS))
        self.language = self._transcriber.transcribe(samples, self._options).language

    def decode_piece(self, piece: Piece, progress: Progress) -> Decoded:
        """All passages of a piece, block by block; what was heard is not judged yet."""
        seconds = round(piece.length_ms / 1000, 3)
        with traced("recognize", {"engine": self._transcriber.engine, "seconds": seconds}):
            return self._decoded(piece, progress)

    def _decoded(self, piece: Piece, progress: Progress) -> Decoded:
        self.language = piece.language
        total = max(1, piece.length_ms)
        decoded = []
        done = 0
        for block in piece.blocks:
            passages = []
            for passage in self.decode(block):
                passages.append(passage)
                inside = min(max(0, passage.end_ms - block.start_ms), block.length_ms)
                progress((done + inside) / total)
            decoded.append(tuple(passages))
            done += block.length_ms
            progress(done / total)
        return tuple(decoded)


class Recognizer:
    """One recognizer on one recording; `language` is known once something was decoded."""

    def __init__(
        self,
        transcriber: Transcriber,
        audio: DecodedAudio,
        probabilities: Probabilities,
        options: TranscribeOptions,
    ) -> None:
        self._decoder = BlockDecoder(transcriber, audio, options)
        self._duration_ms = audio.duration_ms
        self._probabilities = probabilities
        self._beam_size = options.beam_size

    @property
    def language(self) -> str:
        return self._decoder.language or "en"

    def recognize(self, progress: Progress) -> list[Word]:
        """The words in order of time; they keep the recognizer's leading spaces."""
        whole = Piece(tuple(self._blocks(BlockOptions())), self._decoder.language)
        return self.words([whole], [self.decode_piece(whole, progress)])

    @traced("divide")
    def divide(self, options: PieceOptions) -> list[Piece]:
        """The recording as pieces to decode apart; the language is detected now, once for all."""
        blocks = self._blocks(options.block_options())
        self._decoder.detect_language(blocks)
        return plan_pieces(blocks, self._decoder.language, options)

    def decode_piece(self, piece: Piece, progress: Progress) -> Decoded:
        """What the recognizer makes of a piece."""
        return self._decoder.decode_piece(piece, progress)

    def words(self, pieces: Sequence[Piece], decoded: Sequence[Decoded]) -> list[Word]:
        """The words of all pieces, joined, without what was not said."""
        blocks = [block for piece in pieces for block in piece.blocks]
        passages = [passages for blocks_of in decoded for passages in blocks_of]
        words = [
            [word for passage in heard if believable(passage, self._probabilities) for word in passage.words]
            for heard in passages
        ]
        return without_loops(join_words(blocks, words))

    def redecode(self, start_ms: int, end_ms: int) -> list[Word]:
        """A span by itself: no text before it, so that nothing else is continued or repeated."""
        lacking = max(0, _SHORTEST_CLIP_MS - (end_ms - start_ms)) // 2
        block = Block(max(0, start_ms - lacking), min(self._duration_ms, end_ms + lacking))
        options = TranscribeOptions(beam_size=max(5, self._beam_size), condition_on_previous_text=False)
        passages = (
            passage
            for passage in self._decoder.decode(block, options)
            if trustworthy(passage) and believable(passage, self._probabilities)
        )
        words = [word for passage in passages for word in passage.words]
        return without_loops(words)

    def _blocks(self, options: BlockOptions) -> list[Block]:
        speech = speech_spans(self._probabilities, _GENEROUS)
        return plan_blocks(speech, self._duration_ms, options, self._probabilities)


def _shifted(passage: Passage, by_ms: int) -> Passage:
    words = passage.words or spread_words(passage.text, passage.start_ms, passage.end_ms)
    return Passage(
        start_ms=passage.start_ms + by_ms,
        end_ms=passage.end_ms + by_ms,
        text=passage.text,
        words=tuple(
            word.model_copy(update={"start_ms": word.start_ms + by_ms, "end_ms": word.end_ms + by_ms})
            for word in words
        ),
        avg_logprob=passage.avg_logprob,
        no_speech_prob=passage.no_speech_prob,
        compression_ratio=passage.compression_ratio,
    )
