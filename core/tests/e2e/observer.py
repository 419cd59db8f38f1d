"""Watches a browser context for what must never happen on any page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

AXE = Path(__file__).resolve().parents[3] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
KEPT_IN_LOCAL_STORAGE = {"preferences": {"language", "theme", "shortcuts"}}
EXPECTED_ERRORS = (
    # The first visit has no cookie to renew, a wrong password none to give.
    ("status of 401", "/auth/"),
    # While the first draft is being written, the page asks whether there is one from before.
    ("status of 404", "/report"),
)
TELL_VIOLATIONS = """
addEventListener('securitypolicyviolation', (event) => {
  console.error(`CSP: ${event.effectiveDirective} ${event.blockedURI}`, event.sourceFile, event.lineNumber);
});
"""
# Without `preload`, for which axe copies the styles of the waveform's shadow root against the policy.
# A menu or a list stands beside the landmarks, as a dialog does: it belongs to the button that opened it.
RUN_AXE = """
async () => {
  const regionMatcher = 'dialog, [role=dialog], [role=alertdialog], svg, [role=menu], [role=listbox]';
  axe.configure({ checks: [{ id: 'region', options: { regionMatcher } }] });
  const result = await axe.run(document, { resultTypes: ['violations'], preload: false });
  return result.violations.map((one) => ({
    id: one.id,
    impact: one.impact,
    nodes: one.nodes.slice(0, 4).map((node) => `${node.target} ${node.failureSummary}`),
  }));
}
"""


class Observer:
    """Notes errors of the console, violations of the policy and requests to other hosts.

    Args:
        context: every page of it is watched, from its first one on.
        origin: where the platform is; `origins` takes more.
    """

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.problems: list[str] = []
        self.expected: set[str] = set()
        """Words of console errors that the test provokes."""
        self.origins = {origin}
        """The only places that it may talk to."""
        context.add_init_script(TELL_VIOLATIONS)
        context.on("request", self._requested)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.problems.append(f"uncaught: {error.error}"))

    def check_storage(self, page: Page) -> None:
        """localStorage holds the three preferences and nothing else."""
        kept: Mapping[str, str] = page.evaluate("() => ({ ...localStorage })")
        if not set(kept) <= set(KEPT_IN_LOCAL_STORAGE):
            self.problems.append(f"localStorage holds {sorted(kept)}")
        for name, value in kept.items():
            surplus = set(json.loads(value)) - KEPT_IN_LOCAL_STORAGE.get(name, set())
            if surplus:
                self.problems.append(f"localStorage.{name} holds {sorted(surplus)}")

    def check_access(self, page: Page, where: str) -> None:
        """Axe finds nothing on the page as it stands."""
        if not page.evaluate("() => 'axe' in window"):
            # By the protocol of the browser: the page's own policy would refuse a script tag.
            page.evaluate(AXE.read_text(encoding="utf-8"))
        violations: list[dict[str, Any]] = page.evaluate(RUN_AXE)
        self.problems += [f"axe, {where}: {one['id']} ({one['impact']}) {one['nodes']}" for one in violations]

    def _requested(self, request: Request) -> None:
        address = urlsplit(request.url)
        known = any(request.url.startswith(f"{origin}/") for origin in self.origins)
        if address.scheme in {"http", "https", "ws", "wss"} and not known:
            self.problems.append(f"request to {address.scheme}://{address.netloc}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        if any(words in message.text for words in self.expected):
            return
        path = urlsplit(message.location["url"]).path
        if not any(words in message.text and part in path for words, part in EXPECTED_ERRORS):
            self.problems.append(f"console: {message.text} {path}")
