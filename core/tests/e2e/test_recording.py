"""Recording in the browser: what was said outlives a reload in the middle and becomes a report."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from core.tests.e2e.conftest import Visit
from core.tests.e2e.test_journey import WORKER_MS, add_patient, create_session

HEARD_MS = 24_000
"""Up to here the sample has sleep and mood: enough for a note."""


def test_a_recording_survives_a_reload_and_becomes_a_report(signed_in: Visit) -> None:
    page = signed_in.page
    page.context.grant_permissions(["microphone"])
    add_patient(page)
    create_session(page, "Recorded here")
    page.get_by_role("button", name="Start recording").click()
    expect(page.get_by_text("Recording", exact=True).first).to_be_visible()
    expect(page.get_by_text("Kept on this device up to", exact=False)).to_be_visible(timeout=20_000)
    wait_until_kept(page, 4)
    signed_in.screens.check("recording now")
    wait_until_kept(page, 12)
    page.get_by_role("button", name=re.compile("^Pause")).click()
    expect(page.get_by_text("Paused", exact=True).first).to_be_visible()
    signed_in.screens.look("recording")
    page.get_by_role("button", name=re.compile("^Go on")).click()
    wait_until_kept(page, HEARD_MS // 1000)

    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    offer = page.get_by_role("region", name=re.compile("A recording of .* was kept. Continue it or send it."))
    expect(offer).to_be_visible()
    signed_in.screens.look("recording-kept")
    offer.get_by_role("button", name="Continue it").click()
    expect(page.get_by_role("button", name=re.compile("^Pause"))).to_be_visible()
    page.wait_for_timeout(3_000)
    page.get_by_role("button", name="End and transcribe").click()
    expect(page.get_by_text("Transcribing").first).to_be_visible(timeout=WORKER_MS)
    ready = page.get_by_role("heading", name=re.compile("before you sign|Nothing is open"))
    expect(ready).to_be_visible(timeout=WORKER_MS)
    expect(page.get_by_text(re.compile("in the morning")).first).to_be_visible()


def wait_until_kept(page: Page, seconds: int) -> None:
    """Until the page says that so much is safe on the device."""
    page.wait_for_function(
        """(seconds) => {
          const kept = document.body.innerText.match(/Kept on this device up to (\\d+):(\\d\\d)/);
          return kept && Number(kept[1]) * 60 + Number(kept[2]) >= seconds;
        }""",
        arg=seconds,
        timeout=60_000,
    )
