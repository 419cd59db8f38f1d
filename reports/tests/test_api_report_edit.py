"""PATCH /sessions/{id}/report: who may, when, and on which version."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from reports.tests.editor import Editor
from reports.tests.factories import report_of, session_with_report
from sessions_app.models import Status, TherapySession


@pytest.fixture
def editor(therapist: Therapist, api: Api) -> Editor:
    return Editor(api(therapist), session_with_report(therapist))


def test_if_match(editor: Editor) -> None:
    etag = editor.client.get(editor.url)["ETag"]
    plan = [{"text": "One."}]
    response = editor.client.patch(
        editor.url, {"treatment_plan": plan}, format="json", headers={"If-Match": etag}
    )
    assert response.status_code == 200
    assert response["ETag"] != etag
    problem = editor.patch({"treatment_plan": []}, 412, if_match=etag)
    assert problem["code"] == "edit_conflict"
    assert len(editor.get()["treatment_plan"]) == 1
    editor.patch({"treatment_plan": []}, if_match=f'"x", W/{response["ETag"]}')
    editor.patch({"treatment_plan": plan}, if_match="*")


@pytest.mark.parametrize("status", [Status.TRANSCRIBED, Status.REPORTING])
def test_while_it_is_drafted(editor: Editor, status: str) -> None:
    TherapySession.objects.filter(pk=editor.session.pk).update(status=status)
    assert editor.patch({"key_points": []}, 409)["code"] == "session_busy"


def test_no_report(therapist: Therapist, api: Api) -> None:
    session = session_with_report(therapist)
    report_of(session).delete()
    assert Editor(api(therapist), session).patch({"summary": ""}, 404)["code"] == "not_found"


def test_stranger(editor: Editor, other_therapist: Therapist, api: Api) -> None:
    before = editor.get()
    Editor(api(other_therapist), editor.session).patch({"key_points": []}, 404)
    assert editor.get() == before


def test_anonymous(editor: Editor, anonymous: APIClient) -> None:
    Editor(anonymous, editor.session).patch({"key_points": []}, 401)
