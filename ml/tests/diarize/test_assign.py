from __future__ import annotations

from ml.diarize.assign import AssignOptions, assign_speakers
from ml.diarize.base import SpeakerTurn, in_order_of_appearance
from ml.schemas.transcript import Word


def _words(text: str, start_ms: int = 0, each_ms: int = 300) -> list[Word]:
    return [
        Word(start_ms=start_ms + n * each_ms, end_ms=start_ms + (n + 1) * each_ms - 20, text=f" {part}")
        for n, part in enumerate(text.split())
    ]


def test_without_turns_there_is_one_speaker() -> None:
    segments = assign_speakers(_words("I went home early."), [])

    assert [(segment.speaker, segment.text) for segment in segments] == [("S1", "I went home early.")]


def test_no_words_no_segments() -> None:
    assert assign_speakers([], [SpeakerTurn(0, 1000, "S1")]) == []


def test_a_late_boundary_moves_to_the_end_of_the_sentence() -> None:
    words = _words("How was your week? Not so good I think.")
    # The diarizer changes over one word late, in the middle of the client's answer.
    turns = [SpeakerTurn(0, 1500, "S1"), SpeakerTurn(1500, 2700, "S2")]

    segments = assign_speakers(words, turns)

    assert [(s.speaker, s.text) for s in segments] == [
        ("S1", "How was your week?"),
        ("S2", "Not so good I think."),
    ]


def test_a_short_answer_between_two_questions_is_kept() -> None:
    words = [*_words("Do you sleep well?"), *_words("No.", 1250), *_words("Since when is that so?", 1600)]
    turns = [SpeakerTurn(0, 1200, "S1"), SpeakerTurn(1230, 1560, "S2"), SpeakerTurn(1600, 3200, "S1")]

    segments = assign_speakers(words, turns)

    assert [(s.speaker, s.text) for s in segments] == [
        ("S1", "Do you sleep well?"),
        ("S2", "No."),
        ("S1", "Since when is that so?"),
    ]


def test_a_flicker_inside_a_phrase_is_smoothed_away() -> None:
    words = _words("I have been thinking about what you said")
    turns = [SpeakerTurn(0, 1200, "S1"), SpeakerTurn(1200, 1500, "S2"), SpeakerTurn(1500, 2400, "S1")]

    assert {segment.speaker for segment in assign_speakers(words, turns)} == {"S1"}


def test_a_pause_after_a_sentence_starts_a_new_segment_of_the_same_speaker() -> None:
    words = [*_words("My mother was there."), *_words("She said nothing.", 3200)]

    segments = assign_speakers(words, [SpeakerTurn(0, 5000, "S1")])

    assert [segment.text for segment in segments] == ["My mother was there.", "She said nothing."]
    assert segments[1].start_ms == 3200


def test_a_very_long_monologue_is_cut_at_a_sentence() -> None:
    words = _words(" ".join(["It goes on and on."] * 60))

    segments = assign_speakers(words, [SpeakerTurn(0, 100_000, "S1")], AssignOptions(longest_ms=10_000))

    assert len(segments) > 5
    assert all(segment.text.endswith(".") for segment in segments)
    assert sum(len(segment.words) for segment in segments) == len(words)


def test_words_outside_every_turn_follow_the_nearest() -> None:
    words = [*_words("Yes."), *_words("And then I left.", 4000)]
    turns = [SpeakerTurn(0, 300, "S1"), SpeakerTurn(5500, 6000, "S2")]

    segments = assign_speakers(words, turns)

    assert segments[-1].speaker == "S2"


def test_speakers_are_named_by_appearance() -> None:
    turns = in_order_of_appearance([SpeakerTurn(500, 900, "0"), SpeakerTurn(0, 400, "1")])

    assert [(turn.speaker, turn.start_ms) for turn in turns] == [("S1", 0), ("S2", 500)]
