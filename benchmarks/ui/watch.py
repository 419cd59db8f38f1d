"""What a page costs its browser: the counters of Chromium, frames, long tasks and memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
from playwright.sync_api import Page

WATCH = """
window.seen = { shown: 0, frames: [], long: [] };
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.seen.long.push(task.duration);
}).observe({ type: 'longtask', buffered: true });
let last = 0;
const frame = (now) => {
  if (last) window.seen.frames.push(now - last);
  last = now;
  if (!window.seen.shown && document.querySelector('[data-turn]')) window.seen.shown = performance.now();
  requestAnimationFrame(frame);
};
requestAnimationFrame(frame);
"""
COUNTERS = ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration", "TaskDuration")


@dataclass(frozen=True)
class Measured:
    """What happened between two readings of the counters; milliseconds."""

    what: str
    frames: list[float]
    long: list[float]
    script: float
    layout: float
    task: float

    def row(self) -> str:
        """A row of the table."""
        count, ordered = max(1, len(self.frames)), sorted(self.frames) or [0.0]
        return (
            f"| {self.what} | {len(self.frames)} | {self.script / count:.2f} ms "
            f"| {self.layout / count:.2f} ms | {self.task / count:.2f} ms "
            f"| {ordered[len(ordered) // 2]:.0f} / {ordered[int(len(ordered) * 0.99)]:.0f} "
            f"/ {ordered[-1]:.0f} ms "
            f"| {len(self.long)}{f' (longest {max(self.long):.0f} ms)' if self.long else ''} |"
        )


class Watch:
    """Reads the counters of a page around something that is done on it."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._protocol = page.context.new_cdp_session(page)
        self._protocol.send("Performance.enable")

    def read(self) -> dict[str, float]:
        """The counters, in milliseconds since the page began."""
        metrics = self._protocol.send("Performance.getMetrics")["metrics"]
        return {one["name"]: one["value"] * 1000 for one in metrics if one["name"] in COUNTERS}

    def during(self, what: str, act: Callable[[], None]) -> Measured:
        """Do it and tell what it cost."""
        self._page.evaluate("() => { seen.frames = []; seen.long = []; }")
        before = self.read()
        act()
        after = self.read()
        seen = self._page.evaluate("() => seen")
        spent = {name: after[name] - before[name] for name in COUNTERS}
        styled = spent["LayoutDuration"] + spent["RecalcStyleDuration"]
        return Measured(
            what, seen["frames"], seen["long"], spent["ScriptDuration"], styled, spent["TaskDuration"]
        )


@contextmanager
def most_memory(into: list[float]) -> Iterator[None]:
    """Adds by how many MB the largest of this process's renderers grew over what it had."""
    ended = threading.Event()
    seen: list[float] = []

    def largest() -> float:
        sizes = [0.0]
        for child in psutil.Process().children(recursive=True):
            try:
                if "--type=renderer" in child.cmdline():
                    sizes.append(child.memory_info().rss / 1e6)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return max(sizes)

    def watch() -> None:
        while not ended.wait(0.05):
            seen.append(largest())

    before = largest()
    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        into.append(max(seen, default=before) - before)
