"""The same state of a page in light, dark, on a phone and in Arabic: checked by axe, pictured on wish."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, expect

from core.tests.e2e.observer import Observer
from core.tests.e2e.png import write_small_png

IMAGES = Path(__file__).resolve().parents[3] / "docs" / "images"
WANTED = os.environ.get("E2E_SCREENSHOTS") == "1"
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
# As if it was chosen in another tab: the page follows and keeps its state.
SET_LANGUAGE = """(language) => {
  const kept = JSON.parse(localStorage.getItem('preferences') ?? '{}');
  localStorage.setItem('preferences', JSON.stringify({ ...kept, language }));
  dispatchEvent(new StorageEvent('storage', { key: 'preferences' }));
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

    def look(self, name: str, *, busy: bool = False) -> None:
        """Check and picture it in light, dark, on a phone and in Arabic; check it in dark Arabic too.

        Args:
            name: what the pictures are called.
            busy: whether skeletons belong to the state.
        """
        self._settled(busy)
        self._take(name, "light")
        self._page.emulate_media(color_scheme="dark")
        self._take(name, "dark")
        self._page.emulate_media(color_scheme="light")
        self._page.set_viewport_size(PHONE)
        self._take(name, "phone")
        self._page.set_viewport_size(WIDE)
        self._speak("ar", busy)
        self._take(name, "arabic")
        self._check_dark(name, "arabic")
        self._speak("en", busy)

    def check(self, name: str, *, busy: bool = False) -> None:
        """English and Arabic, light and dark, without pictures: for menus, dialogs, states in between."""
        self._settled(busy)
        for language in ("en", "ar"):
            self._speak(language, busy)
            self._rest()
            self._observer.check_access(self._page, f"{name}, {language}")
            self._check_dark(name, language)
        self._speak("en", busy)

    def _check_dark(self, name: str, variant: str) -> None:
        self._page.emulate_media(color_scheme="dark")
        self._rest()
        self._observer.check_access(self._page, f"{name}, {variant} dark")
        self._page.emulate_media(color_scheme="light")

    def _take(self, name: str, variant: str) -> None:
        self._rest()
        self._observer.check_access(self._page, f"{name}, {variant}")
        if WANTED:
            write_small_png(self._page.screenshot(animations="disabled"), IMAGES / f"{name}-{variant}.png")

    def _rest(self) -> None:
        self._page.mouse.move(1, 1)
        # Colours change within 180 ms, columns with the next frame.
        self._page.wait_for_timeout(300)

    def _speak(self, language: str, busy: bool) -> None:
        self._page.evaluate(SET_LANGUAGE, language)
        expect(self._page.locator("html")).to_have_attribute("lang", language)
        self._settled(busy)

    def _settled(self, busy: bool) -> None:
        # Behind a dialog the page is hidden from the tree of roles.
        expect(self._page.locator("h1").first).to_be_visible()
        if not busy:
            expect(self._page.locator("[aria-busy=true]")).to_have_count(0)
        self._page.evaluate("() => document.fonts.ready.then(() => true)")
