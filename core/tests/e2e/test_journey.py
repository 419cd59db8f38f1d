"""The main job as a therapist does it: register, upload, correct, decide, sign, export."""

from __future__ import annotations

import io
import json
import re
import zipfile
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from core.tests.e2e.conftest import NAME, PASSWORD, Visit
from core.tests.flows.platform import SAMPLE

PATIENT = "Daniel Reyes"
WORKER_MS = 240_000
"""How long it may take until a worker has begun a stage, or done it, on a machine under load."""
REASON = "Said in passing; denied when asked again."


def test_from_registering_to_the_exported_note(
    visit: Visit, slow_transcription: AbstractContextManager[None], tmp_path: Path
) -> None:
    page, screens = visit.page, visit.screens
    register(page)
    page.get_by_role("link", name="Patients").click()
    expect(page.get_by_text("Add the first patient to record or upload a session.")).to_be_visible()
    screens.look("patients-empty")
    add_patient(page, visit)
    create_session(page, "Sleep and mood")
    screens.look("session-empty")
    with slow_transcription:
        upload(page)
        watch_progress(page)
        screens.look("session-progress", busy=True)
    open_points = page.get_by_role("heading", name=re.compile("before you sign|Nothing is open"))
    expect(open_points).to_be_visible(timeout=WORKER_MS)
    correct_a_word(page)
    screens.look("session-review", busy=True)
    check_menus(page, visit)
    undo_from_anywhere(page)
    show_today(page, visit)
    finalize_lists_what_is_open(page, visit)
    decide_on_flags(page, visit)
    settle_sentences(page)
    sign(page, visit)
    screens.look("session-signed", busy=True)
    check_signed(page, visit)
    export_all(page, tmp_path)
    signed_note_is_read_only(page)


def register(page: Page) -> None:
    page.goto("/app/")
    page.get_by_role("link", name="Create account").click()
    page.get_by_label("Full name").fill(NAME)
    page.get_by_label("E-mail").fill(f"nadia.{uuid4().hex[:10]}@clinic.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("Add the first patient to record or upload a session.")).to_be_visible()


def add_patient(page: Page, visit: Visit | None = None) -> None:
    page.get_by_role("link", name="Patients").click()
    # Today, which stays until the page is there, has a button of this name too.
    expect(page.get_by_role("heading", level=1, name="Patients")).to_be_visible()
    page.get_by_role("button", name="Add patient").first.click()
    dialog = page.get_by_role("dialog", name="Add a patient")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("Fill this in.")).to_be_visible()
    dialog.get_by_label("Full name").fill(PATIENT)
    dialog.get_by_label("Born").fill("1988-04-12")
    dialog.get_by_label("Pronouns").fill("he/him")
    if visit:
        visit.screens.look("patient-form")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1, name=PATIENT)).to_be_visible()


def create_session(page: Page, title: str) -> None:
    page.get_by_role("button", name="New session").click()
    dialog = page.get_by_role("dialog", name="New session")
    dialog.get_by_label("Title").fill(title)
    dialog.get_by_role("button", name="Create session").click()
    expect(page.get_by_role("heading", name="Drop a recording here")).to_be_visible()
    assert re.fullmatch(r".*/app/sessions/[0-9a-f-]{36}", page.url)
    assert PATIENT not in page.title()


def upload(page: Page) -> None:
    page.get_by_label("Choose a file").set_input_files(SAMPLE)


def watch_progress(page: Page) -> None:
    stage = page.get_by_role("listitem").filter(has_text="Transcribing")
    expect(stage.get_by_role("progressbar")).to_be_visible(timeout=WORKER_MS)
    expect(page.get_by_text("You can leave this page. The work goes on.")).to_be_visible()


def correct_a_word(page: Page) -> None:
    """A turn is opened by a double click, changed, saved by Enter, and marked as edited."""
    turn = page.get_by_role("row").filter(has_text="exhausting")
    turn.locator("[data-token]").last.dblclick()
    field = page.get_by_role("textbox", name=re.compile("Words of the turn at"))
    expect(field).to_be_focused()
    field.fill("That sounds tiring. And how has your mood been?")
    page.keyboard.press("Enter")
    corrected = page.get_by_role("row").filter(has_text="tiring")
    expect(corrected.get_by_role("button", name="Edited. Show the words before")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="exhausting")).to_have_count(0)
    page.reload()
    expect(corrected).to_be_visible()


def check_menus(page: Page, visit: Visit) -> None:
    """Everything that opens over the review of a session."""
    opened = (
        ("session menu", page.get_by_role("button", name="More", exact=True)),
        ("export of the transcript", page.get_by_role("button", name="Save as a file")),
        ("role of a speaker", page.get_by_role("row").first.get_by_role("button").first),
        ("menu of a sentence", page.get_by_role("button", name="More for this sentence").first),
        ("note format", page.get_by_role("button", name=re.compile("note$"))),
        ("speed", page.get_by_role("button", name=re.compile("^Speed"))),
        ("account", page.get_by_role("button", name=re.compile("Account of"))),
        ("all keys", page.get_by_role("button", name="Keyboard shortcuts")),
    )
    for name, button in opened:
        button.click()
        expect(page.locator("[role=menu], [role=dialog]").first).to_be_visible()
        visit.screens.check(name, busy=True)
        page.keyboard.press("Escape")
        expect(page.locator("[role=menu], [role=dialog]")).to_have_count(0)
    for name in ("Session details", "Delete the session"):
        page.get_by_role("button", name="More", exact=True).click()
        page.get_by_role("menuitem", name=name).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        visit.screens.check(name, busy=True)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


def undo_from_anywhere(page: Page) -> None:
    """The newest change goes first, whatever has the focus."""
    claims = page.locator("[data-claim]")
    before = claims.count()
    page.get_by_role("button", name="More for this sentence").first.click()
    page.get_by_role("menuitem", name="Remove").click()
    expect(claims).to_have_count(before - 1)
    page.get_by_role("button", name="Keyboard shortcuts").focus()
    page.keyboard.press("Control+z")
    expect(claims).to_have_count(before)
    expect(page.get_by_text(re.compile(r"^Saved \d")).first).to_be_visible()


def check_signed(page: Page, visit: Visit) -> None:
    page.get_by_role("button", name="Export").click()
    visit.screens.check("export of the note", busy=True)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Session details").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    visit.screens.check("details of a signed session", busy=True)
    page.keyboard.press("Escape")


def show_today(page: Page, visit: Visit) -> None:
    session = page.url
    page.get_by_role("link", name=PATIENT).last.click()
    expect(page.get_by_text("1 draft to sign")).to_be_visible()
    visit.screens.look("patient")
    page.get_by_role("link", name="Patients").click()
    expect(page.get_by_role("link", name=PATIENT)).to_be_visible()
    visit.screens.look("patients")
    page.get_by_role("link", name="Today").click()
    waiting = page.get_by_role("region", name="Decide a risk flag")
    expect(waiting.get_by_role("link", name=f"Open flag: {PATIENT}")).to_be_visible()
    visit.screens.look("today")
    page.goto(session)
    expect(page.get_by_role("heading", name=re.compile("before you sign"))).to_be_visible()


def finalize_lists_what_is_open(page: Page, visit: Visit) -> None:
    page.get_by_role("button", name="Finalize").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("still open")).to_be_visible()
    expect(dialog.get_by_role("button", name="Go to flag").first).to_be_visible()
    visit.screens.look("finalize-open")
    dialog.get_by_role("button", name="Go to the next open point").click()
    expect(dialog).to_be_hidden()
    expect(flags(page).first).to_be_focused()


def flags(page: Page) -> Locator:
    return page.locator("section[data-flag]")


def decide_on_flags(page: Page, visit: Visit) -> None:
    """One is confirmed, one dismissed with a reason, the others confirmed by the key."""
    endorsed = flags(page).filter(has_text="Endorsed").filter(has_text="wake up").first
    endorsed.get_by_role("button", name="Confirm").click()
    decided = page.locator("[data-folded]")
    expect(decided.filter(has_text="You confirmed this")).to_have_count(1)

    denied = flags(page).filter(has_text="Denied").first
    denied.get_by_role("button", name="Dismiss").click()
    reason = denied.get_by_role("textbox")
    expect(denied.get_by_text("Write why this is not a risk. It stays in the record.")).to_be_visible()
    expect(reason).to_be_focused()
    visit.screens.look("risk-reason")
    reason.fill(REASON)
    denied.get_by_role("button", name="Dismiss").click()
    expect(decided.filter(has_text=REASON)).to_have_count(1)
    while left := flags(page).count():
        flags(page).first.focus()
        page.keyboard.press("c")
        expect(flags(page)).to_have_count(left - 1)


def settle_sentences(page: Page) -> None:
    """Each inferred sentence is confirmed, each without a source taken over."""
    waiting = page.locator("[data-holds-point]")
    while left := waiting.count():
        first = waiting.first
        confirm = first.get_by_role("button", name="Confirm")
        (confirm if confirm.count() else first.get_by_role("button", name="Mark as mine")).click()
        expect(waiting).to_have_count(left - 1)
    expect(page.get_by_role("heading", name="Nothing is open")).to_be_visible()


def sign(page: Page, visit: Visit) -> None:
    expect(page.get_by_text(re.compile(r"^Saved \d")).first).to_be_visible()
    page.get_by_role("button", name="Finalize").click()
    dialog = page.get_by_role("dialog", name="Sign this note")
    expect(dialog.get_by_text(NAME)).to_be_visible()
    visit.screens.look("finalize-sign")
    dialog.get_by_role("button", name="Sign note").click()
    expect(page.get_by_text(re.compile(f"^Signed by {NAME}"))).to_be_visible()


def export_all(page: Page, folder: Path) -> None:
    checks = {"PDF": is_pdf, "Word": is_word, "Plain text": is_text, "FHIR R4 document": is_fhir}
    for name, check in checks.items():
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as expected:
            page.get_by_role("menuitem", name=name).click()
        path = folder / expected.value.suggested_filename
        expected.value.save_as(path)
        assert PATIENT.split(maxsplit=1)[0].lower() not in path.name.lower()
        check(path.read_bytes())


def is_pdf(file: bytes) -> None:
    assert file.startswith(b"%PDF-")
    assert b"%%EOF" in file[-1024:]


def is_word(file: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        assert PATIENT in parts.read("word/document.xml").decode()


def is_text(file: bytes) -> None:
    assert PATIENT in file.decode()
    assert REASON in file.decode() or "safety plan" in file.decode().lower()


def is_fhir(file: bytes) -> None:
    bundle = json.loads(file)
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "document")


def signed_note_is_read_only(page: Page) -> None:
    page.reload()
    expect(page.get_by_text(re.compile(f"^Signed by {NAME}"))).to_be_visible()
    for name in ("Finalize", "Confirm", "Dismiss", "Draft again"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
