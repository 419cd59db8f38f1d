"""The figures of the workers' benchmarks: one JSON file that each run adds to, one page made from it."""

from __future__ import annotations

import json
import os
import platform
import time
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parents[1] / "results"
FIGURES = RESULTS / "workers.json"


def keep(name: str, figures: dict[str, Any], *, path: Path = FIGURES) -> None:
    """Put one benchmark's figures into the file, with the machine and the day."""
    known = load(path=path) if path.exists() else {}
    known[name] = {"on": time.strftime("%Y-%m-%d"), "machine": machine(), **figures}
    path.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def load(*, path: Path = FIGURES) -> dict[str, Any]:
    """All figures so far."""
    figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return figures


def machine() -> str:
    """The machine in a few words, with how busy it was: others' work spoils these figures."""
    return f"{os.cpu_count()} cores ({platform.machine()}), load {os.getloadavg()[0]:.1f} at the end"
