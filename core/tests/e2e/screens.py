"""The same state of a page in light, dark, on a phone and in Arabic: checked by axe, pictured on wish."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page, expect

from core.tests.e2e.observer import Observer
from core.tests.e2e.png import write_small_png

IMAGES = Path(__file__).resolve().parents[3] / "docs" / "images"
WANTED = os.environ.get("E2E_SCREENSHOTS") == "1"
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
SET_LANGUAGE = """(language) => {
  const kept = JSON.parse(localStorage.getItem('preferences') ?? '{}');
  localStorage.setItem('preferences', JSON.stringify({ ...kept, language }));
}"""


class Screens:
    """Looks at one page in its variants; each look leaves the page as it found it.

    Args:
        page: a page in English, light and wide.
        observer: is told what axe finds.
    """

    def __init__(self, page: Page, observer: Observer) -> None:
        self._page = page
        self._observer = observer

    def look(self, name: str, *, reload: bool = True) -> None:
        """Light, dark and phone; Arabic too where the state is still there after a reload."""
        self._settled()
        self._take(name, "light")
        self._page.emulate_media(color_scheme="dark")
        self._take(name, "dark")
        self._page.emulate_media(color_scheme="light")
        self._page.set_viewport_size(PHONE)
        self._take(name, "phone")
        self._page.set_viewport_size(WIDE)
        if reload:
            self._speak("ar")
            self._take(name, "arabic")
            self._speak("en")

    def _take(self, name: str, variant: str) -> None:
        # Colours change within 180 ms, columns with the next frame.
        self._page.wait_for_timeout(300)
        self._observer.check_access(self._page, f"{name}, {variant}")
        if WANTED:
            write_small_png(self._page.screenshot(animations="disabled"), IMAGES / f"{name}-{variant}.png")

    def _speak(self, language: str) -> None:
        self._page.evaluate(SET_LANGUAGE, language)
        self._page.reload()
        expect(self._page.locator("html")).to_have_attribute("lang", language)
        self._settled()

    def _settled(self) -> None:
        self._page.wait_for_load_state("networkidle")
        expect(self._page.locator("[aria-busy=true]")).to_have_count(0)
        self._page.evaluate("() => document.fonts.ready.then(() => true)")
