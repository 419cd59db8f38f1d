"""All words of one recording: block after block, without what was not said."""

from __future__ import annotations

from collections.abc import Iterable

from ml.asr.base import Passage, TranscribeOptions, Transcriber, spread_words
from ml.audio.decode import DecodedAudio
from ml.audio.vad import Probabilities, SpeechOptions, speech_spans
from ml.progress import Progress
from ml.schemas.transcript import Word
from ml.transcription.blocks import Block, plan_blocks
from ml.transcription.doubt import believable, trustworthy, without_loops

# What is decoded at all is chosen more generously than what must have words.
_GENEROUS = SpeechOptions(threshold=0.2, end_threshold=0.1, min_speech_ms=60, min_silence_ms=500, pad_ms=200)
_ENOUGH_TO_KNOW_LANGUAGE_MS = 5_000
_SHORTEST_CLIP_MS = 1_000


class Recognizer:
    """One recognizer on one recording; `language` is known once `recognize` has run."""

    def __init__(
        self,
        transcriber: Transcriber,
        audio: DecodedAudio,
        probabilities: Probabilities,
        options: TranscribeOptions,
    ) -> None:
        self._transcriber = transcriber
        self._audio = audio
        self._probabilities = probabilities
        self._options = options
        self._language = options.language

    @property
    def language(self) -> str:
        return self._language or "en"

    def recognize(self, progress: Progress) -> list[Word]:
        """The words in order of time; they keep the recognizer's leading spaces."""
        blocks = plan_blocks(speech_spans(self._probabilities, _GENEROUS), self._audio.duration_ms)
        total = sum(block.length_ms for block in blocks)
        words: list[Word] = []
        done = 0
        for block in blocks:
            for passage in self._passages(block, self._options):
                if believable(passage, self._probabilities):
                    words.extend(passage.words)
                progress((done + min(passage.end_ms - block.start_ms, block.length_ms)) / total)
            done += block.length_ms
            progress(done / total)
        return without_loops(words)

    def redecode(self, start_ms: int, end_ms: int) -> list[Word]:
        """A span by itself: no text before it, so that nothing else is continued or repeated."""
        lacking = max(0, _SHORTEST_CLIP_MS - (end_ms - start_ms)) // 2
        block = Block(max(0, start_ms - lacking), min(self._audio.duration_ms, end_ms + lacking))
        options = TranscribeOptions(
            language=self._language,
            beam_size=max(5, self._options.beam_size),
            condition_on_previous_text=False,
        )
        passages = (
            passage
            for passage in self._passages(block, options)
            if trustworthy(passage) and believable(passage, self._probabilities)
        )
        words = [word for passage in passages for word in passage.words]
        return without_loops(words)

    def _passages(self, block: Block, options: TranscribeOptions) -> Iterable[Passage]:
        options = TranscribeOptions(
            language=self._language,
            beam_size=options.beam_size,
            temperatures=options.temperatures,
            prompt=options.prompt,
            condition_on_previous_text=options.condition_on_previous_text,
        )
        result = self._transcriber.transcribe(self._audio.mono(block.start_ms, block.end_ms), options)
        if self._language is None and block.length_ms >= _ENOUGH_TO_KNOW_LANGUAGE_MS:
            self._language = result.language
        return (_shifted(passage, block.start_ms) for passage in result.passages)


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
