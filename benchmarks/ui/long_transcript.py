"""A transcript of 1,500 turns in Chromium: shown, scrolled and played, and what each frame costs.

    python -m benchmarks.ui.long_transcript --models var/models

Starts the real platform with the built web UI, adds a session of an hour with a tone as its recording
and one of 20 min, and reads the browser's own counters. Writes benchmarks/results/ui.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.ui.long_session import add_session, prepare_rows, turns, write_tone
from benchmarks.ui.watch import WATCH, Measured, Watch, most_memory
from core.runtime.journey import JourneyFailed
from core.runtime.setup import DEMO_EMAIL, DEMO_PASSWORD
from core.tests.flows.platform import ROOT, LivePlatform, live_platform

SCROLL_SECONDS = 10
PLAY_SECONDS = 20
REST_MS = 12_000
SCROLLER = "document.querySelector('[role=grid]').parentElement"


def sign_in(page: Page, url: str) -> None:
    """Through the form, as the demo login."""
    page.goto(f"{url}/app/login")
    page.get_by_label("E-mail").fill(DEMO_EMAIL)
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Patients").first.wait_for()


def scroll(page: Page) -> None:
    """By wheel from the top to the end in about 10 s."""
    page.locator("[role=grid]").hover(position={"x": 200, "y": 200})
    height = page.evaluate(f"() => {SCROLLER}.scrollHeight")
    began = time.monotonic()
    done = 0.0
    while done < height:
        want = min(height, height * (time.monotonic() - began) / SCROLL_SECONDS)
        page.mouse.wheel(0, want - done)
        done = want
    end = f"() => {{ const s = {SCROLLER}; return s.scrollTop + s.clientHeight > s.scrollHeight - 200; }}"
    for _ in range(40):  # heights are estimates until a row was shown
        if page.evaluate(end):
            return
        page.mouse.wheel(0, 4000)
        page.wait_for_timeout(50)
    raise SystemExit("The end of the transcript was not reached.")


def said(page: Page) -> int:
    """The row of the marked word; between two turns there is none for a moment."""
    return int(page.locator("[data-index]", has=page.locator("[data-now]")).get_attribute("data-index") or 0)


def play(page: Page) -> None:
    """20 s of the sound; the marked word must have moved on and be in view."""
    before = said(page)
    page.wait_for_timeout(PLAY_SECONDS * 1000)
    after = said(page)
    if after <= before:
        raise SystemExit(f"The word that is said did not move: {before}, {after}.")


def calm(live: LivePlatform) -> None:
    """Stop the work on the sample session of the first start; it would have the machine."""
    with live.client() as client:
        while not (samples := client.get("/sessions")["results"]):
            time.sleep(0.5)
        for sample in samples:
            with suppress(JourneyFailed):  # it may have ended by itself
                client.post(f"/sessions/{sample['id']}/cancel")


@dataclass(frozen=True)
class Shown:
    """A session's page from its address to the waveform; milliseconds and megabytes."""

    first_words: float
    script: float
    long: list[float]
    grown: float
    waveform: bool


def show(page: Page, url: str, session_id: str) -> Shown:
    """Open it in a renderer that is as good as new, and wait until nothing more comes."""
    page.goto("about:blank")
    watch = Watch(page)
    grown: list[float] = []
    with most_memory(grown):
        page.goto(f"{url}/app/sessions/{session_id}")
        page.locator("[data-turn]").first.wait_for()
        first_words, script = page.evaluate("() => seen.shown"), watch.read()["ScriptDuration"]
        page.get_by_role("slider").wait_for()
        page.wait_for_timeout(REST_MS)
    drawn = page.evaluate("() => document.querySelector('[role=slider] > [aria-hidden] > div') !== null")
    return Shown(first_words, script, page.evaluate("() => seen.long"), grown[0], drawn)


def measure(page: Page) -> list[Measured]:
    """Scrolling and playing on the page as it was shown."""
    watch = Watch(page)
    rows = [watch.during("scrolling by wheel, top to end in 10 s", lambda: scroll(page))]
    page.evaluate(f"() => {{ {SCROLLER}.scrollTop = 0; }}")
    page.wait_for_timeout(500)
    page.locator("[data-index='1'] [data-token='0']").click()
    page.wait_for_timeout(1500)
    rows.append(watch.during("playing 20 s at 1×", lambda: play(page)))
    for _ in range(4):
        page.keyboard.press("BracketRight")
    page.locator("button bdi", has_text="2×").wait_for()
    page.wait_for_timeout(1000)
    rows.append(watch.during("playing 20 s at 2×", lambda: play(page)))
    return rows


def written(count: int, version: str, shown: dict[float, Shown], rows: list[Measured]) -> str:
    """The page of results."""
    lines = [
        "# A long transcript in the browser",
        "",
        f"`python -m benchmarks.ui.long_transcript`, {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores "
        f"({platform.machine()}, load {os.getloadavg()[0]:.1f} at the end) shared with the platform and "
        f"other work, Chromium {version}, headless, software rendering, 1440 × 900. {count:,} turns with "
        "the times of their words; the recording is a "
        "48 kHz tone. Goals: script under 8 ms a frame, no task over 50 ms while scrolling or playing.",
        "",
        "| | frames | script a frame | style and layout a frame | all main-thread work a frame "
        "| between frames: median / 99 % / most | tasks over 50 ms |",
        "|---|---|---|---|---|---|---|",
        *(row.row() for row in rows),
        "",
        "| recording | first words after | script until then | tasks over 50 ms "
        "| renderer grew by at most | waveform |",
        "|---|---|---|---|---|---|",
    ]
    for minutes, one in shown.items():
        longest = f" (longest {max(one.long):.0f} ms)" if one.long else ""
        lines.append(
            f"| {minutes:.0f} min | {one.first_words / 1000:.1f} s | {one.script:.0f} ms "
            f"| {len(one.long)}{longest} | {one.grown:.0f} MB "
            f"| {'drawn' if one.waveform else 'a plain bar'} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and write the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", type=Path, default=ROOT / "var" / "models")
    parser.add_argument("--turns", type=int, default=1500)
    parser.add_argument("--short", type=int, default=480, help="turns of the shorter session")
    options = parser.parse_args()
    models = options.models.resolve()
    with tempfile.TemporaryDirectory() as folder:
        var_dir, tone = Path(folder) / "var", Path(folder) / "tone.ogg"
        with live_platform(var_dir, MODELS_DIR=str(models), REPORT_BACKEND="extraction") as live:
            prepare_rows(var_dir, models)
            calm(live)
            sessions = {}
            for count in (options.short, options.turns):
                made = turns(count)
                write_tone(tone, made[-1]["end_ms"] // 1000 + 1)
                sessions[made[-1]["end_ms"] / 60_000] = add_session(live, f"{count} turns", made, tone)
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(
                    executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
                    args=["--no-sandbox"] if os.getuid() == 0 else [],
                )
                context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
                context.add_init_script(WATCH)
                page = context.new_page()
                sign_in(page, live.url)
                shown = {minutes: show(page, live.url, one) for minutes, one in sessions.items()}
                result = written(options.turns, chromium.version, shown, measure(page))
                chromium.close()
    sys.stdout.write(result)
    (ROOT / "benchmarks" / "results" / "ui.md").write_text(result, encoding="utf-8")


if __name__ == "__main__":
    main()
