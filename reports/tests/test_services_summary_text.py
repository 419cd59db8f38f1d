"""A summary edited as one text finds its claims again."""

from __future__ import annotations

from reports.services.summary_text import sentences_match

CLAIMS = [
    ("a", "The client wakes up at four."),
    ("b", "Work worries her, e.g. the deadline. It is on Friday."),
    ("c", "She keeps a thought record."),
]
WHOLE = " ".join(text for _, text in CLAIMS)


def test_unchanged() -> None:
    assert sentences_match(WHOLE, CLAIMS) == CLAIMS


def test_white_space_is_no_change() -> None:
    assert [key for key, _ in sentences_match(WHOLE.replace(" She", "\n\n  She"), CLAIMS)] == ["a", "b", "c"]


def test_a_changed_sentence_keeps_its_claim() -> None:
    text = WHOLE.replace("at four.", "at five every night.")
    assert sentences_match(text, CLAIMS)[0] == ("a", "The client wakes up at five every night.")


def test_a_new_sentence_has_none() -> None:
    found = sentences_match(f"{WHOLE} Homework was agreed.", CLAIMS)
    assert found[-1] == (None, "Homework was agreed.")
    assert len(found) == 4


def test_a_sentence_taken_out() -> None:
    assert [key for key, _ in sentences_match(f"{CLAIMS[0][1]} {CLAIMS[2][1]}", CLAIMS)] == ["a", "c"]


def test_another_order() -> None:
    text = f"{CLAIMS[2][1]} {CLAIMS[0][1]} {CLAIMS[1][1]}"
    assert [key for key, _ in sentences_match(text, CLAIMS)] == ["c", "a", "b"]


def test_two_changed_sentences_go_to_the_claims_they_are_like() -> None:
    text = "She keeps a daily thought record. The client wakes up at about four."
    found = sentences_match(text, [CLAIMS[0], CLAIMS[2]])
    assert [key for key, _ in found] == ["c", "a"]


def test_empty() -> None:
    assert sentences_match("  \n", CLAIMS) == []
    assert sentences_match("Hello.", []) == [(None, "Hello.")]


def test_a_claim_inside_a_longer_one_is_not_mistaken() -> None:
    claims = [("short", "She sleeps."), ("long", "She says: She sleeps. Often.")]
    assert sentences_match("She says: She sleeps. Often. She sleeps.", claims) == [claims[1], claims[0]]


def test_part_of_a_word_is_no_match() -> None:
    assert sentences_match("Unrest.", [("a", "rest.")]) == [(None, "Unrest.")]


def test_arabic() -> None:
    claims = [("a", "ينام جيدا."), ("b", "هل يعمل؟")]
    assert [key for key, _ in sentences_match("ينام جيدا. هل يعمل؟ جملة جديدة.", claims)] == ["a", "b", None]
