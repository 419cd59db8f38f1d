"""What was typed and could not be saved is there after a reload, and goes on being saved."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from core.tests.e2e.conftest import Visit
from core.tests.e2e.test_journey import WORKER_MS

WORDS = """Therapist: How have you slept?
Client: I wake up at four most nights and my mind races about work.
Client: Sometimes I wish I would not wake up, but I would never do anything.
Therapist: Please keep the sleep diary every evening until we meet."""
REASON = "A line of a song; denied when asked again."
NOTE = "Felt rushed at the end."
SENTENCE = "Wakes at four and thinks about work."


@pytest.fixture
def drafted(api: httpx.Client, session_id: str) -> str:
    """The session with typed words and their draft asked for."""
    answer = api.post(f"/sessions/{session_id}/transcript", json={"text": WORDS})
    assert answer.is_success, answer.text
    return session_id


def stop_saving(page: Page, session_id: str) -> None:
    """From now on nothing written to the session arrives."""

    def answer(route: Route) -> None:
        if route.request.method in {"PATCH", "PUT"}:
            return route.fulfill(
                status=503, content_type="application/problem+json",
                body=json.dumps({"code": "storage_unavailable", "status": 503, "title": "", "detail": ""}),
            )  # fmt: skip
        return route.fallback()

    page.route(f"**/sessions/{session_id}/*", answer)


def test_unsaved_words_outlive_a_reload(signed_in: Visit, drafted: str) -> None:
    page = signed_in.page
    signed_in.observer.expected.add("status of 503")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/app/sessions/{drafted}")
    ready = page.get_by_role("heading", name=re.compile("before you sign"))
    expect(ready).to_be_visible(timeout=WORKER_MS)
    stop_saving(page, drafted)
    flag = page.locator("section[data-flag]").first
    flag.get_by_role("textbox").fill(REASON)
    claim = page.locator("[data-claim]").first
    claim.focus()
    page.keyboard.press("e")
    page.get_by_role("textbox", name="Sentence").fill(SENTENCE)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Not saved", exact=False).first).to_be_visible()
    private_note(page).fill(NOTE)
    page.keyboard.press("Escape")
    signed_in.screens.check("not saved", busy=True)

    page.unroute_all()
    with page.expect_response(is_saved_sentence):
        page.reload()
    expect(page.locator("[data-claim]").filter(has_text=SENTENCE)).to_have_count(1)
    expect(flag.get_by_role("textbox")).to_have_value(REASON)
    expect(private_note(page)).to_have_value(NOTE)
    expect(page.get_by_role("dialog").get_by_text(re.compile(r"^Saved \d"))).to_be_visible()
    page.reload()
    expect(page.locator("[data-claim]").filter(has_text=SENTENCE)).to_have_count(1)


def test_a_replaced_section_outlives_a_reload(signed_in: Visit, drafted: str) -> None:
    page = signed_in.page
    page.goto(f"/app/sessions/{drafted}")
    expect(page.get_by_role("heading", name=re.compile("before you sign"))).to_be_visible(timeout=WORKER_MS)
    page.get_by_role("button", name="Draft again").last.click()
    page.reload()
    both = page.get_by_role("group", name="Old and new text")
    expect(both).to_be_visible(timeout=WORKER_MS)
    signed_in.screens.check("before and after", busy=True)
    page.reload()
    expect(both).to_be_visible()
    both.get_by_role("button").last.click()
    expect(both).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", name=re.compile("before you sign"))).to_be_visible()
    expect(both).to_have_count(0)


def private_note(page: Page) -> Locator:
    """Its field, in the details of the session."""
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Session details").click()
    return page.get_by_role("dialog").get_by_label("Private note")


def is_saved_sentence(response: Any) -> bool:
    """The PATCH of the report went through."""
    return bool(response.request.method == "PATCH" and response.url.endswith("/report") and response.ok)
