"""PATCH /sessions/{id}/report: what becomes of claims and their views."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Therapist
from conftest import Api
from reports.models import Claim
from reports.tests.editor import Editor
from reports.tests.factories import ids, report_of, segments, session_with_report


@pytest.fixture
def editor(therapist: Therapist, api: Api) -> Editor:
    return Editor(api(therapist), session_with_report(therapist))


def claim(body: dict[str, Any], key: str) -> dict[str, Any]:
    return next(item for item in body["claims"] if item["id"] == key)


def test_an_item_edited_by_its_id_keeps_its_evidence_and_is_checked(editor: Editor) -> None:
    before = editor.get()
    first, second = before["key_points"]
    body = editor.patch(
        {"key_points": [{"id": first["id"], "text": "Wakes up at four every night with Maria."}, second]}
    )
    edited = claim(body, first["id"])
    assert edited["text"] == "Wakes up at four every night with Maria."
    assert edited["evidence"] == claim(before, first["id"])["evidence"]
    assert edited["state"] == "clinician_added"
    assert edited["edited"] is True
    assert first["id"] not in [point["id"] for point in body["open_points"]]
    assert body["version"] == 2
    assert body["versions"][-1]["author"] == "Dr. Ada Rahman"


def test_words_that_the_evidence_holds_stay_supported(editor: Editor) -> None:
    first, second = editor.get()["key_points"]
    body = editor.patch({"key_points": [{"id": first["id"], "text": "I wake up at four."}, second]})
    assert claim(body, first["id"])["state"] == "supported"


@pytest.mark.parametrize("state", ["inferred", "unsupported"])
def test_marks_and_capitals_make_no_new_sentence(editor: Editor, state: str) -> None:
    first, second = editor.get()["key_points"]
    Claim.objects.filter(pk=second["id"]).update(state=state)
    body = editor.patch({"key_points": [first, {**second, "text": "work keeps the client awake!"}]})
    assert (claim(body, second["id"])["text"], claim(body, second["id"])["state"]) == (
        "work keeps the client awake!",
        state,
    )


def test_the_drafted_words_brought_back_are_the_drafts_again(editor: Editor) -> None:
    first, second = editor.get()["key_points"]
    body = editor.patch({"key_points": [first, {**second, "text": "Sleeps badly because of work."}]})
    assert claim(body, second["id"])["state"] == "clinician_added"
    back = claim(editor.patch({"key_points": [first, second]}), second["id"])
    assert (back["state"], back["edited"]) == ("inferred", False)


def test_words_pointed_to_for_ones_own_sentence_never_ask_for_a_confirmation(editor: Editor) -> None:
    plan = editor.get()["treatment_plan"]
    body = editor.patch({"treatment_plan": [*plan, {"text": "A walk each morning."}]})
    key = body["treatment_plan"][-1]["id"]
    words = {"segment": str(segments(editor.session)[5].pk), "quote": "I will do the thought record"}
    found = claim(editor.patch({"claims": [{"id": key, "evidence": [words]}]}), key)
    assert (found["state"], found["evidence"][0]["quote"]) == ("clinician_added", words["quote"])


def test_an_item_without_id_is_the_clinicians(editor: Editor) -> None:
    plan = editor.get()["treatment_plan"]
    body = editor.patch({"treatment_plan": [{"text": "Next session on Monday."}, *plan]})
    added = body["claims"][-2]
    assert (added["text"], added["state"], added["evidence"]) == (
        "Next session on Monday.",
        "clinician_added",
        [],
    )
    assert added["topic"] == "plan"
    assert body["treatment_plan"][0]["text"] == "Next session on Monday."


def test_an_item_left_out_is_removed_and_can_come_back(editor: Editor) -> None:
    before = editor.get()
    first, second = before["key_points"]
    body = editor.patch({"key_points": [second]})
    assert ids(body["key_points"]) == [second["id"]]
    assert first["id"] not in ids(body["claims"])
    back = editor.patch({"key_points": [first, second]})
    assert back["claims"] == before["claims"]


def test_an_empty_list_empties_the_section(editor: Editor) -> None:
    body = editor.patch({"treatment_plan": []})
    assert body["treatment_plan"] == []
    assert len(body["claims"]) == 4


def test_order_follows_the_list(editor: Editor) -> None:
    first, second = editor.get()["key_points"]
    body = editor.patch({"key_points": [second, first]})
    assert ids(body["key_points"]) == [second["id"], first["id"]]


def test_summary_sentences_that_stay_keep_their_claims(editor: Editor) -> None:
    before = editor.get()
    body = editor.patch(
        {"summary": "I wake up at four most nights. My mind races about work and Maria. A new sentence."}
    )
    old = [item for item in before["claims"] if item["section"] == "summary"]
    new = [item for item in body["claims"] if item["section"] == "summary"]
    assert new[0] == old[0]
    assert new[1]["id"] == old[1]["id"]
    assert new[1]["state"] == "clinician_added"
    assert (new[2]["text"], new[2]["state"]) == ("A new sentence.", "clinician_added")


def test_claims_as_a_whole_list_take_out_what_is_left_out(editor: Editor) -> None:
    listed = editor.get()["claims"]
    body = editor.patch({"claims": listed[1:]})
    assert body["claims"] == listed[1:]


def test_one_claim_without_text_is_a_change_of_that_claim(editor: Editor) -> None:
    before = editor.get()
    inferred = next(item for item in before["claims"] if item["state"] == "inferred")
    body = editor.patch({"claims": [{"id": inferred["id"], "confirmed": True}]})
    assert len(body["claims"]) == len(before["claims"])
    assert claim(body, inferred["id"])["confirmed"] is True
    assert "unconfirmed_claim" not in [point["kind"] for point in body["open_points"]]


def test_new_words_take_the_confirmation_back(editor: Editor) -> None:
    inferred = next(item for item in editor.get()["claims"] if item["state"] == "inferred")
    editor.patch({"claims": [{"id": inferred["id"], "confirmed": True}]})
    first, second = editor.get()["key_points"]
    body = editor.patch({"key_points": [first, {**second, "text": "Work and Maria keep the client awake."}]})
    assert claim(body, inferred["id"])["confirmed"] is False


def test_a_claim_taken_as_ones_own(editor: Editor) -> None:
    Claim.objects.filter(report__session=editor.session, section="treatment_plan").update(
        state="unsupported", evidence=[]
    )
    key = editor.get()["treatment_plan"][0]["id"]
    body = editor.patch({"claims": [{"id": key, "state": "clinician_added"}]})
    assert claim(body, key)["state"] == "clinician_added"


def test_pointing_to_words_fills_in_the_times(editor: Editor) -> None:
    Claim.objects.filter(report__session=editor.session, section="treatment_plan").update(
        state="unsupported", evidence=[]
    )
    key = editor.get()["treatment_plan"][0]["id"]
    segment = segments(editor.session)[5]
    words = {"segment": str(segment.pk), "quote": "I will do the thought record"}
    body = editor.patch({"claims": [{"id": key, "evidence": [words]}]})
    found = claim(body, key)
    assert found["evidence"] == [{**words, "start_ms": 25500, "end_ms": 28500}]
    assert found["state"] in {"supported", "inferred"}


def test_words_that_are_not_in_the_segment_are_refused(editor: Editor) -> None:
    before = editor.get()
    key = before["treatment_plan"][0]["id"]
    for segment in (str(segments(editor.session)[0].pk), str(uuid4())):
        words = {"segment": segment, "quote": "keep the thought record"}
        body = editor.patch({"claims": [{"id": key, "evidence": [words]}]}, 400)
        assert body["errors"]["claims"]["0"]["evidence"]
    assert editor.get() == before


def test_an_unsupported_claim_cannot_be_confirmed(editor: Editor) -> None:
    Claim.objects.filter(report__session=editor.session, section="summary").update(state="unsupported")
    key = editor.get()["claims"][0]["id"]
    body = editor.patch({"claims": [{"id": key, "confirmed": True}]}, 400)
    assert body["errors"]["claims"]["0"]["confirmed"]


def test_taken_out_and_brought_back_by_one_claim(editor: Editor) -> None:
    before = editor.get()
    key = before["claims"][1]["id"]
    assert key not in ids(editor.patch({"claims": [{"id": key, "removed": True}]})["claims"])
    body = editor.patch({"claims": [{"id": key, "removed": False}]})
    assert claim(body, key) == claim(before, key)


def test_a_claim_that_comes_back_to_a_changed_transcript_is_unsupported(editor: Editor) -> None:
    key = editor.get()["claims"][0]["id"]
    editor.patch({"claims": [{"id": key, "removed": True}]})
    segment = segments(editor.session)[1]
    segment.text = "Something else."
    segment.save()
    body = editor.patch({"claims": [{"id": key, "removed": False}]})
    assert claim(body, key)["state"] == "unsupported"


def test_a_new_claim_with_words(editor: Editor) -> None:
    segment = segments(editor.session)[3]
    words = {"segment": str(segment.pk), "quote": "I would never act on it"}
    before = editor.get()
    new = {
        "section": "key_points",
        "topic": "strength",
        "text": "I would never act on it.",
        "evidence": [words],
    }
    body = editor.patch({"claims": [*before["claims"], new]})
    added = next(item for item in body["claims"] if item["topic"] == "strength")
    assert added["state"] == "supported"


def test_note_format(editor: Editor) -> None:
    body = editor.patch({"note_format": "girp"})
    assert body["note_format"] == "girp"
    assert list(body["sections"]) == ["goal", "intervention", "response", "plan"]


def test_the_whole_body_sent_back_is_no_change(editor: Editor) -> None:
    before = editor.get()
    assert editor.patch(before) == before


def test_the_whole_body_with_one_change(editor: Editor) -> None:
    before = editor.get()
    before["key_points"][0]["text"] = "Wakes at four."
    body = editor.patch(before)
    assert body["key_points"][0]["text"] == "Wakes at four."
    assert body["version"] == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"provenance": {"engine": "me"}}, "provenance"),
        ({"status": "signed"}, "status"),
        ({"note_format": "haiku"}, "note_format"),
        ({"key_points": "text"}, "key_points"),
        ({"key_points": [{"text": ""}]}, "key_points"),
        ({"key_points": [{"text": "a", "state": "supported"}]}, "key_points"),
        ({"key_points": [{"id": str(uuid4()), "text": "a"}]}, "key_points"),
        ({"claims": [{"text": "no section"}]}, "claims"),
        ({"claims": [{"section": "summary", "text": "a", "state": "supported"}]}, "claims"),
        ([], "non_field_errors"),
    ],
)
def test_what_is_not_valid_is_refused_as_a_whole(editor: Editor, body: Any, field: str) -> None:
    before = editor.get()
    problem = editor.patch(body, 400)
    assert problem["code"] == "validation_error"
    assert field in problem["errors"]
    assert editor.get() == before


def test_the_whole_list_and_a_view_of_it_contradict_each_other(editor: Editor) -> None:
    before = editor.get()
    problem = editor.patch({"claims": before["claims"][1:], "summary": "b"}, 400)
    assert list(problem["errors"]) == ["summary"]


def test_no_item_with_an_id_takes_nothing_out(editor: Editor) -> None:
    before = editor.get()
    assert editor.patch({"claims": []}) == before
    body = editor.patch({"claims": [{"section": "summary", "text": "Mine."}]})
    assert len(body["claims"]) == len(before["claims"]) + 1


def test_one_wrong_part_stores_nothing(editor: Editor) -> None:
    before = editor.get()
    plan = [{"text": "A good item."}]
    editor.patch({"treatment_plan": plan, "risk_flags": [{"id": str(uuid4()), "rationale": "x"}]}, 400)
    assert editor.get() == before


def test_the_same_claim_twice(editor: Editor) -> None:
    first = editor.get()["key_points"][0]
    assert "key_points" in editor.patch({"key_points": [first, first]}, 400)["errors"]


def test_another_reports_claim(editor: Editor, therapist: Therapist) -> None:
    other = report_of(session_with_report(therapist)).claims.first()
    assert other is not None
    editor.patch({"key_points": [{"id": str(other.pk), "text": "mine"}]}, 400)
    other.refresh_from_db()
    assert other.text != "mine"
