"""Words at the cuts between blocks: none lost, none twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ml.schemas.transcript import Word
from ml.transcription.blocks import Block
from ml.transcription.joining import join_words

LEFT, RIGHT = Block(0, 10_000, tail_ms=4_000), Block(10_000, 20_000, lead_ms=4_000)


def spoken(text: str, start_ms: int, each_ms: int = 500) -> list[Word]:
    """Words one after the other."""
    return [
        Word(start_ms=start_ms + each_ms * number, end_ms=start_ms + each_ms * (number + 1), text=f" {word}")
        for number, word in enumerate(text.split())
    ]


def text(words: list[Word]) -> str:
    return "".join(word.text for word in words).strip()


def test_blocks_cut_at_a_pause_are_put_side_by_side() -> None:
    blocks = [Block(0, 10_000), Block(10_000, 20_000)]

    joined = join_words(blocks, [spoken("no no no", 8_000), spoken("no I said", 10_100)])

    assert text(joined) == "no no no no I said"


def test_a_word_that_straddles_the_cut_is_there_once_and_whole() -> None:
    sentence = spoken("I never told anybody about the accident before today", 7_800)
    # "about" lies over the cut; both sides heard it whole thanks to what they share.
    assert sentence[4].start_ms < 10_000 < sentence[4].end_ms

    joined = join_words([LEFT, RIGHT], [sentence[:7], sentence[1:]])

    assert joined == sentence


def test_half_words_at_the_edges_of_the_shared_seconds_do_not_count() -> None:
    sentence = spoken("we were driving home and then the lights came towards us so fast", 6_500)
    left = [*sentence[:10], sentence[10].model_copy(update={"text": " tow"})]
    right = [sentence[1].model_copy(update={"text": " are"}), *sentence[2:]]

    assert join_words([LEFT, RIGHT], [left, right]) == sentence


def test_times_that_differ_a_little_on_both_sides() -> None:
    sentence = spoken("it was the worst day of my whole life I think", 7_000)
    later = [
        word.model_copy(update={"start_ms": word.start_ms + 180, "end_ms": word.end_ms + 180})
        for word in sentence
    ]

    joined = join_words([LEFT, RIGHT], [sentence[:9], later[2:]])

    assert text(joined) == text(sentence)


def test_a_word_said_many_times_is_not_mistaken_for_its_neighbour() -> None:
    sentence = spoken("and I ran and I ran and I ran and I fell and then it stopped", 5_000)

    joined = join_words([LEFT, RIGHT], [sentence[:16], sentence[4:]])

    assert text(joined) == text(sentence)


def test_without_a_common_word_the_cut_decides() -> None:
    joined = join_words([LEFT, RIGHT], [spoken("one two three four", 8_600), spoken("five six seven", 9_400)])

    assert text(joined) == "one two three six seven"


def test_a_side_that_heard_nothing_loses_nothing() -> None:
    sentence = spoken("are you still there", 8_000)

    assert join_words([LEFT, RIGHT], [sentence, []]) == sentence
    assert join_words([LEFT, RIGHT], [[], spoken("yes I am", 10_500)]) == spoken("yes I am", 10_500)
    assert join_words([], []) == []


@given(st.lists(st.sampled_from("i you and the was not so it that fear".split()), min_size=30, max_size=60))
def test_any_speech_comes_out_as_it_went_in(said: list[str]) -> None:
    sentence = spoken(" ".join(said), 0, each_ms=20_000 // len(said))

    joined = join_words(
        [LEFT, RIGHT],
        [
            [word for word in sentence if word.end_ms <= 14_000],
            [word for word in sentence if word.start_ms >= 6_000],
        ],
    )

    assert joined == sentence
