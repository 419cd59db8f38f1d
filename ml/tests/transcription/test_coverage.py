"""Speech without words is decoded again, then shown."""

from __future__ import annotations

from ml.audio.vad import SpeechSpan
from ml.schemas.transcript import Word
from ml.transcription.coverage import cover, uncovered


def _words(text: str, start_ms: int, each_ms: int = 300) -> list[Word]:
    return [
        Word(start_ms=start_ms + n * each_ms, end_ms=start_ms + (n + 1) * each_ms, text=f" {part}")
        for n, part in enumerate(text.split())
    ]


def _nothing(start_ms: int, end_ms: int) -> list[Word]:
    return []


def test_covered_speech_is_left_alone() -> None:
    asked: list[tuple[int, int]] = []

    def redecode(start_ms: int, end_ms: int) -> list[Word]:
        asked.append((start_ms, end_ms))
        return []

    found = cover(_words("I am fine", 1000), [SpeechSpan(900, 1950)], redecode, duration_ms=3000)

    assert asked == []
    assert found.coverage.gaps == []
    assert found.coverage.transcribed_ms == found.coverage.speech_ms == 1050


def test_a_lost_passage_is_heard_the_second_time() -> None:
    lost = _words("I wish I would not wake up", 4000)

    def redecode(start_ms: int, end_ms: int) -> list[Word]:
        return [word for word in lost if start_ms <= word.start_ms and word.end_ms <= end_ms]

    words = [*_words("How is your mood?", 1000), *_words("Thank you.", 9000)]
    speech = [SpeechSpan(900, 2300), SpeechSpan(3900, 6200), SpeechSpan(8900, 9700)]

    found = cover(words, speech, redecode, duration_ms=10_000)

    assert [word.text.strip() for word in found.words][4:11] == [
        "I",
        "wish",
        "I",
        "would",
        "not",
        "wake",
        "up",
    ]
    assert found.recovered == 7
    assert found.coverage.gaps == []


def test_what_stays_without_words_is_a_gap() -> None:
    speech = [SpeechSpan(900, 2300), SpeechSpan(5000, 7000)]

    found = cover(_words("How is your mood?", 1000), speech, _nothing, duration_ms=8000)

    assert [(gap.start_ms, gap.end_ms) for gap in found.coverage.gaps] == [(5000, 7000)]
    assert found.coverage.speech_ms == 3400
    assert found.coverage.transcribed_ms == 1400


def test_a_short_answer_is_looked_for() -> None:
    def redecode(start_ms: int, end_ms: int) -> list[Word]:
        return _words("No.", 3050)

    words = [*_words("Do you have a plan?", 1000), *_words("Okay.", 4500)]
    speech = [SpeechSpan(900, 2600), SpeechSpan(3000, 3350), SpeechSpan(4400, 4900)]

    found = cover(words, speech, redecode, duration_ms=6000)

    assert " ".join(word.text.strip() for word in found.words) == "Do you have a plan? No. Okay."


def test_neighbours_heard_again_are_not_doubled() -> None:
    def redecode(start_ms: int, end_ms: int) -> list[Word]:
        return _words("my mood? It is low. Thank you", 2000, 400)

    words = [*_words("How is my mood?", 1000, 350), *_words("Thank you.", 4400)]
    speech = [SpeechSpan(900, 4000), SpeechSpan(4300, 5100)]

    found = cover(words, speech, redecode, duration_ms=6000)

    assert " ".join(w.text.strip() for w in found.words) == "How is my mood? It is low. Thank you."


def test_a_stretched_word_does_not_hide_what_it_lies_over() -> None:
    stretched = [Word(start_ms=1000, end_ms=9000, text=" Well")]

    holes = uncovered(stretched, [SpeechSpan(900, 9000)])

    assert len(holes) == 1
    assert holes[0].start_ms < 3500
    assert holes[0].end_ms == 9000


def test_punctuation_alone_covers_nothing() -> None:
    holes = uncovered([Word(start_ms=1000, end_ms=2000, text=" ...")], [SpeechSpan(900, 2100)])

    assert [(hole.start_ms, hole.end_ms) for hole in holes] == [(900, 2100)]


def test_progress_ends_at_one() -> None:
    shares: list[float] = []
    cover(
        [], [SpeechSpan(0, 1000), SpeechSpan(2000, 3000)], _nothing, duration_ms=4000, progress=shares.append
    )

    assert shares == sorted(shares)
    assert shares[-1] == 1.0
