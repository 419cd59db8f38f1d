"""What a page shows when things are not well: queued, failed, offline, gone, refused."""

from __future__ import annotations

import json
from typing import Any

import httpx
from playwright.sync_api import Page, Route, expect

from core.tests.e2e.conftest import Visit, register, sign_in

WORDS = "Client: I slept better this week.\nTherapist: What helped?"
RECORDING = {
    "filename": "talk.ogg", "media_type": "audio/ogg", "size_bytes": 46_000_000, "sha256": "",
    "duration_ms": 3_064_000, "created_at": "2026-11-23T16:49:00Z", "deleted_at": None,
}  # fmt: skip


def change(page: Page, path: str, **fields: Any) -> None:
    """From now on GET of `path` answers with these fields changed."""

    def answer(route: Route) -> None:
        if route.request.method != "GET":
            return route.fallback()
        got = route.fetch()
        return route.fulfill(response=got, body=json.dumps({**got.json(), **fields}))

    page.unroute_all(behavior="ignoreErrors")
    page.route(path, answer)


def refuse(page: Page, path: str, code: str, status: int) -> None:
    """From now on GET of `path` is refused."""
    body = json.dumps({"code": code, "status": status, "title": code, "detail": code})
    page.unroute_all(behavior="ignoreErrors")
    page.route(
        path,
        lambda route: route.fulfill(status=status, content_type="application/problem+json", body=body),
    )


def hold(page: Page, path: str) -> list[Route]:
    """From now on requests of `path` wait here."""
    waiting: list[Route] = []

    def take(route: Route) -> None:
        waiting.append(route)

    page.route(path, take)
    return waiting


def test_a_session_in_every_stage_of_its_work(signed_in: Visit, session_id: str) -> None:
    page, path = signed_in.page, f"/sessions/{session_id}"
    signed_in.observer.expected.add("status of 404")  # the sound of a recording that is not there

    def show(name: str, words: str, **fields: Any) -> None:
        change(page, path, recording=RECORDING, **fields)
        page.goto(f"/app{path}")
        expect(page.get_by_text(words).first).to_be_visible()
        signed_in.screens.check(name, busy=True)

    show("queued", "queued", status="uploaded")
    progress = {"stage": "transcription", "percent": 62, "eta_seconds": 240}
    show("transcribing", "about 4 min left", status="transcribing", progress=progress)
    show(
        "drafting", "The draft is being written", status="reporting", progress={**progress, "stage": "report"}
    )
    for stage, code, words in (
        ("transcription", "model_timeout", "The transcript was not finished."),
        ("transcription", "no_speech", "No speech was found in this recording."),
        ("report", "model_timeout", "The draft was not finished."),
        ("transcription", "cancelled", "Transcribing was cancelled."),
    ):
        error = {"stage": stage, "code": code, "message": "", "retryable": code != "no_speech"}
        show(f"failed, {stage}, {code}", words, status="failed", error=error)
    page.unroute_all(behavior="ignoreErrors")


def test_typed_words_without_a_draft(signed_in: Visit, api: httpx.Client, session_id: str) -> None:
    page = signed_in.page
    answer = api.post(f"/sessions/{session_id}/transcript", params={"report": "false"}, json={"text": WORDS})
    assert answer.is_success, answer.text
    page.goto(f"/app/sessions/{session_id}")
    expect(page.get_by_role("button", name="Draft the note")).to_be_visible()
    expect(page.get_by_text("I slept better this week.")).to_be_visible()
    signed_in.screens.check("no draft yet")


def test_what_cannot_be_loaded_says_so(signed_in: Visit, session_id: str) -> None:
    page, observer = signed_in.page, signed_in.observer
    observer.expected.add("status of 503")
    observer.expected.add("status of 404")
    for path, asked in (
        ("/", "/dashboard"),
        ("/patients", "/patients?*"),
        (f"/sessions/{session_id}", f"/sessions/{session_id}"),
    ):
        refuse(page, asked, "storage_unavailable", 503)
        page.goto(f"/app{path}")
        expect(page.get_by_role("button", name="Try again")).to_be_visible(timeout=30_000)
        expect(page.get_by_text("The storage cannot be reached or is full.")).to_be_visible()
        signed_in.screens.check(f"refused, {asked}")
        page.unroute_all(behavior="ignoreErrors")
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    gone = "0" * 8 + "-0000-4000-8000-" + "0" * 12
    for path in (f"/sessions/{gone}", f"/patients/{gone}", "/nowhere"):
        page.goto(f"/app{path}")
        expect(
            page.get_by_text("does not exist").or_(page.get_by_text("no page at this address"))
        ).to_be_visible()
        signed_in.screens.check(f"gone, {path}")


def test_slow_answers(signed_in: Visit, session_id: str, patient_id: str) -> None:
    page = signed_in.page
    for path, asked in pages_of(session_id, patient_id):
        waiting = hold(page, asked)
        page.goto(f"/app{path}")
        expect(page.locator("[aria-busy=true]").first).to_be_visible()
        signed_in.screens.check(f"slow, {path}", busy=True)
        assert waiting
        page.unroute_all(behavior="ignoreErrors")
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)


def test_what_is_not_permitted(signed_in: Visit, session_id: str, patient_id: str) -> None:
    page = signed_in.page
    signed_in.observer.expected.add("status of 403")
    for path, asked in pages_of(session_id, patient_id):
        refuse(page, asked, "permission_denied", 403)
        page.goto(f"/app{path}")
        expect(page.get_by_text("Your account does not allow this.").first).to_be_visible()
        expect(page.get_by_role("button", name="Try again")).to_have_count(0)
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        signed_in.screens.check(f"not permitted, {path}")


def test_what_belongs_to_somebody_else(visit: Visit, origin: str, session_id: str, patient_id: str) -> None:
    """It looks like what never was."""
    page = visit.page
    visit.observer.expected.add("status of 404")
    sign_in(page, register(origin))
    for path in (f"/sessions/{session_id}", f"/patients/{patient_id}"):
        page.goto(f"/app{path}")
        expect(page.get_by_text("does not exist")).to_be_visible()
        expect(page.get_by_text("Daniel Reyes")).to_have_count(0)
        visit.screens.check(f"somebody else's, {path}")


def pages_of(session_id: str, patient_id: str) -> tuple[tuple[str, str], ...]:
    """Each page, and the call that it cannot do without."""
    return (
        ("/", "/dashboard"),
        ("/patients", "/patients?*"),
        (f"/patients/{patient_id}", f"/patients/{patient_id}"),
        (f"/sessions/{session_id}", f"/sessions/{session_id}"),
        ("/settings", "/auth/me"),
    )


def test_lists_in_which_nothing_matches(signed_in: Visit, session_id: str) -> None:
    page, screens = signed_in.page, signed_in.screens
    assert session_id
    page.goto("/app/settings")
    for name in ("Country", "Time zone"):
        page.get_by_role("combobox", name=name).fill("Atlantis")
        expect(page.get_by_role("option", name="Nothing matches.")).to_be_disabled()
        screens.check(f"nothing matches, {name}")
        page.keyboard.press("Escape")
    page.goto("/app/")
    page.get_by_role("combobox").first.fill("Nobody of this name")
    expect(page.get_by_role("option", name="No patient matches.")).to_be_disabled()
    screens.check("nothing matches, patient")


def test_without_a_connection(signed_in: Visit, session_id: str) -> None:
    page = signed_in.page
    signed_in.observer.expected.add("ERR_INTERNET_DISCONNECTED")
    page.goto(f"/app/sessions/{session_id}")
    # The words of both languages are fetched while there is a connection.
    signed_in.screens.check("online, session")
    page.context.set_offline(True)
    page.get_by_label("Title").fill("Sleep and work")
    expect(page.get_by_text("No connection.", exact=False).first).to_be_visible()
    expect(page.get_by_text("Kept in this tab.", exact=False).first).to_be_visible()
    signed_in.screens.check("offline, session")
    page.context.set_offline(False)
    expect(page.get_by_text("No connection.", exact=False)).to_have_count(0)


def test_dialogs_of_a_patient(signed_in: Visit, session_id: str) -> None:
    page = signed_in.page
    page.goto("/app/patients")
    page.get_by_role("link", name="Daniel Reyes").click()
    for name in ("Edit", "Change", "New session", "Delete patient"):
        page.get_by_role("button", name=name, exact=True).or_(
            page.get_by_role("button", name=f"{name} S", exact=True)
        ).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        signed_in.screens.check(f"dialog, {name}")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
