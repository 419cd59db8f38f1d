"""Weights from their original repository on a Hugging Face hub or a mirror of one.

The hub's bytes must be the bytes the catalogue pins, so a mirror is not trusted either. An
interrupted download goes on where it stopped.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ml.weights.failures import SourceUnreachable, WrongBytes
from ml.weights.receipt import sha256_of
from ml.weights.spec import HubSource, ModelFile, ModelSpec

DEFAULT_ENDPOINT = "https://huggingface.co"
PROBE_SECONDS = 5.0
OUR_DISK = (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EPERM)
Bytes = Callable[[int], None]


def endpoint_from_environment() -> str | None:
    """The hub's address from HF_ENDPOINT, the public one by default, None with HF_HUB_OFFLINE=1."""
    if os.environ.get("HF_HUB_OFFLINE", "").strip().upper() in {"1", "ON", "YES", "TRUE"}:
        return None
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or DEFAULT_ENDPOINT


def reachable(spec: ModelSpec, endpoint: str) -> bool:
    """Whether the hub answers for this model within five seconds.

    A thread asks, because resolving a name has no time limit of its own.
    """
    if spec.hub is None:
        return False
    answers: list[bool] = []
    source, file = spec.hub, min(spec.files, key=lambda candidate: candidate.size)

    def ask() -> None:
        try:
            _facts(source, file, endpoint)
        except SourceUnreachable:
            return
        answers.append(True)

    thread = threading.Thread(target=ask, daemon=True, name="hub-probe")
    thread.start()
    thread.join(PROBE_SECONDS)
    return bool(answers)


def download(spec: ModelSpec, target: Path, work: Path, endpoint: str, progress: Bytes) -> None:
    """Write the publisher's files into `target`.

    Args:
        work: Where partial downloads are kept between two attempts.
        progress: Called with the bytes fetched so far.

    Raises:
        SourceUnreachable: The hub did not deliver a file.
        WrongBytes: The hub's file is not the one the catalogue pins.
    """
    if spec.hub is None:
        raise SourceUnreachable(f"The model {spec.name!r} is not published on a hub.")
    before = 0
    for file in spec.files:
        size, digest = _facts(spec.hub, file, endpoint)
        if size not in (None, file.size) or digest not in (None, file.sha256):
            raise WrongBytes(
                f"The hub's {spec.hub.repo}/{file.hub_path} is not the pinned file: size or hash differ."
            )
        path = _download_one(spec.hub, file, work, endpoint, _added(progress, before))
        if path.stat().st_size != file.size or sha256_of(path) != file.sha256:
            path.unlink()
            raise WrongBytes(f"The hub's {spec.hub.repo}/{file.hub_path} arrived with a wrong sha256.")
        path.replace(target / file.name)
        before += file.size
        progress(before)


def _added(progress: Bytes, before: int) -> Bytes:
    return lambda count: progress(before + count)


def _facts(source: HubSource, file: ModelFile, endpoint: str) -> tuple[int | None, str | None]:
    """The size and, for large files, the sha256 that the hub itself states."""
    import httpx
    from huggingface_hub import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.errors import HfHubHTTPError

    url = hf_hub_url(source.repo, file.hub_path or file.name, revision=source.revision, endpoint=endpoint)
    try:
        facts = get_hf_file_metadata(url, timeout=PROBE_SECONDS, endpoint=endpoint)
    except (HfHubHTTPError, httpx.HTTPError, OSError, ValueError) as error:
        raise _unreachable(source, endpoint, error) from error
    etag = facts.etag or ""
    return facts.size, etag if len(etag) == 64 else None


def _download_one(source: HubSource, file: ModelFile, work: Path, endpoint: str, progress: Bytes) -> Path:
    import httpx
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError

    try:
        path = hf_hub_download(
            source.repo,
            file.hub_path or file.name,
            revision=source.revision,
            local_dir=work,
            endpoint=endpoint,
            tqdm_class=_counter(progress),
        )
    except (HfHubHTTPError, httpx.HTTPError, OSError) as error:
        raise _unreachable(source, endpoint, error) from error
    return Path(path)


def _counter(progress: Bytes) -> Any:
    """A progress bar class that shows nothing and counts bytes for our own progress."""
    from tqdm import tqdm

    class Counter(tqdm):  # type: ignore[type-arg]
        def __init__(self, *args: Any, **options: Any) -> None:
            self.bytes = int(options.get("initial") or 0)
            options.pop("name", None)
            super().__init__(*args, **(options | {"disable": True}))

        def update(self, n: float | None = 1) -> bool | None:
            self.bytes += int(n or 0)
            progress(self.bytes)
            return None

    return Counter


def _unreachable(source: HubSource, endpoint: str, error: Exception) -> Exception:
    if isinstance(error, OSError) and error.errno in OUR_DISK:
        return error
    kind = type(error).__name__
    return SourceUnreachable(f"The hub {endpoint} did not deliver {source.repo} ({kind}).")
