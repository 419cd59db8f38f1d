"""Builds the web UI once with Node, and again only when its sources have changed."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

NODE_MAJOR = 20
INSTALL_SECONDS = 900
BUILD_SECONDS = 600
SOURCES = (
    "package.json",
    "package-lock.json",
    "index.html",
    "vite.config.ts",
    "tsconfig.json",
    "src",
    "public",
)
TESTS = re.compile(r"\.test\.tsx?$")
LOG_LINES = 12


def build_web_ui(
    frontend: Path, built: Path, var_dir: Path, say: Callable[[str], None], *, may_build: bool = True
) -> bool:
    """Have the built UI in `built`; returns whether it is there.

    Files that somebody else put there (a release, `npm run build`) are used as they are, unless this
    function built them itself from sources that have changed since.

    Args:
        frontend: the sources with `package.json`.
        built: where the build lies, `frontend/dist`.
        var_dir: remembers which sources were built.
        say: is told each step in a sentence.
        may_build: False only looks.
    """
    note = var_dir / "web-ui" / "built-from"
    there = (built / "index.html").is_file()
    known = note.read_text().strip() if note.is_file() else ""
    own = built.resolve() == (frontend / "dist").resolve() and (frontend / "package.json").is_file()
    if not may_build or not own:
        return there
    sources = sources_hash(frontend)
    if there and known in ("", sources):
        return True
    hindrance = _hindrance()
    if hindrance:
        say(_without(hindrance, there))
        return there
    if not _installed(frontend, var_dir, say):
        say(_without("its packages could not be installed, which needs the network once", there))
        return there
    say("Building the web UI ...")
    if not _run(("npm", "run", "build"), frontend, BUILD_SECONDS, say):
        say(_without("the build failed; the lines above say why", there))
        return there
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(sources + "\n")
    return True


def sources_hash(frontend: Path) -> str:
    """A hash over what the build reads; tests are left out."""
    digest = hashlib.sha256()
    for name in SOURCES:
        top = frontend / name
        files = sorted(top.rglob("*")) if top.is_dir() else [top]
        for path in files:
            if path.is_file() and not TESTS.search(path.name):
                digest.update(str(path.relative_to(frontend)).encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _hindrance() -> str:
    """Why this machine cannot build, or nothing."""
    if not shutil.which("node") or not shutil.which("npm"):
        return f"Node {NODE_MAJOR} or later is not installed"
    answer = subprocess.run(("node", "--version"), capture_output=True, text=True, timeout=30, check=False)
    found = re.match(r"v(\d+)", answer.stdout)
    if not found or int(found[1]) < NODE_MAJOR:
        return f"Node {NODE_MAJOR} or later is needed and this is {answer.stdout.strip() or 'unknown'}"
    return ""


def _installed(frontend: Path, var_dir: Path, say: Callable[[str], None]) -> bool:
    """`npm ci`, unless it was done for this very list of packages."""
    lock = hashlib.sha256((frontend / "package-lock.json").read_bytes()).hexdigest()
    note = var_dir / "web-ui" / "installed"
    if (frontend / "node_modules").is_dir() and note.is_file() and note.read_text().strip() == lock:
        return True
    say("Installing the packages of the web UI (once, about a minute) ...")
    if not _run(("npm", "ci", "--no-audit", "--no-fund"), frontend, INSTALL_SECONDS, say):
        return False
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(lock + "\n")
    return True


def _run(command: tuple[str, ...], folder: Path, seconds: int, say: Callable[[str], None]) -> bool:
    """Quiet when it works; the last lines of what it said when it does not."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=seconds, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        say(f"  {' '.join(command)} took longer than {seconds} s")
        return False
    if done.returncode:
        for line in (done.stdout + done.stderr).strip().splitlines()[-LOG_LINES:]:
            say(f"  {line}")
    return done.returncode == 0


def _without(reason: str, there: bool) -> str:
    if there:
        return f"The web UI is served as it was built before: {reason}."
    return f"The web UI is not there: {reason}. The API works without it."
