"""Weights from their original repository on a Hugging Face hub or a mirror of one.

The hub's bytes must be the bytes the catalogue pins, so a mirror is not trusted either. The
client resumes a connection that breaks; a file whose download was stopped begins anew.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ml.errors import MLError
from ml.weights.failures import SourceUnreachable, WrongBytes
from ml.weights.receipt import sha256_of
from ml.weights.spec import HubSource, ModelFile, ModelSpec

DEFAULT_ENDPOINT = "https://huggingface.co"
PROBE_SECONDS = 5.0
OUR_DISK = (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EPERM)
SHA256_DIGITS = 64
Bytes = Callable[[int], None]


@dataclass(slots=True)
class Hub:
    """A hub at an address; it remembers that it did not answer, so that one is asked once."""

    endpoint: str = DEFAULT_ENDPOINT
    silent: bool = field(default=False, init=False)

    @classmethod
    def from_environment(cls) -> Hub | None:
        """The hub of HF_ENDPOINT, the public one by default, None with HF_HUB_OFFLINE=1."""
        if os.environ.get("HF_HUB_OFFLINE", "").strip().upper() in {"1", "ON", "YES", "TRUE"}:
            return None
        return cls(os.environ.get("HF_ENDPOINT", "").rstrip("/") or DEFAULT_ENDPOINT)

    def has(self, spec: ModelSpec) -> bool:
        """Whether the hub answers for this model within five seconds.

        A thread asks, because resolving a name has no time limit of its own.
        """
        if spec.hub is None or self.silent:
            return False
        answers: list[bool] = []
        source, file = spec.hub, min(spec.files, key=lambda candidate: candidate.size)

        def ask() -> None:
            try:
                self._facts(source, file)
            except (SourceUnreachable, OSError):
                return
            answers.append(True)

        thread = threading.Thread(target=ask, daemon=True, name="hub-probe")
        thread.start()
        thread.join(PROBE_SECONDS)
        self.silent = not answers
        return bool(answers)

    def download(self, spec: ModelSpec, target: Path, work: Path, progress: Bytes) -> None:
        """Write the publisher's files into `target`.

        Args:
            work: Where the client keeps its partial files; on the disk of `target`.
            progress: Called with the bytes fetched so far.

        Raises:
            SourceUnreachable: The hub did not deliver a file.
            WrongBytes: The hub's file is not the one the catalogue pins.
        """
        if spec.hub is None:
            raise SourceUnreachable(f"The model {spec.name!r} is not published on a hub.")
        before = 0
        for file in spec.files:
            size, digest = self._facts(spec.hub, file)
            if size not in (None, file.size) or digest not in (None, file.sha256):
                raise WrongBytes(
                    f"The hub's {spec.hub.repo}/{file.hub_path} is not the pinned file: size or hash differ."
                )
            path = self._download_one(spec.hub, file, work, _added(progress, before))
            if path.stat().st_size != file.size or sha256_of(path) != file.sha256:
                path.unlink()
                raise WrongBytes(f"The hub's {spec.hub.repo}/{file.hub_path} arrived with a wrong sha256.")
            (target / file.name).parent.mkdir(parents=True, exist_ok=True)
            path.replace(target / file.name)
            before += file.size
            progress(before)

    def _facts(self, source: HubSource, file: ModelFile) -> tuple[int | None, str | None]:
        """The size and, for large files, the sha256 that the hub itself states."""
        from huggingface_hub import get_hf_file_metadata, hf_hub_url

        url = hf_hub_url(
            source.repo, file.hub_path or file.name, revision=source.revision, endpoint=self.endpoint
        )
        try:
            facts = get_hf_file_metadata(url, timeout=PROBE_SECONDS, endpoint=self.endpoint)
        except Exception as error:  # the client's HTTP library and its errors change between versions
            raise self._failure(source, error) from error
        etag = facts.etag or ""
        return facts.size, etag if len(etag) == SHA256_DIGITS else None

    def _download_one(self, source: HubSource, file: ModelFile, work: Path, progress: Bytes) -> Path:
        from huggingface_hub import hf_hub_download

        try:
            path = hf_hub_download(
                source.repo,
                file.hub_path or file.name,
                revision=source.revision,
                local_dir=work,
                endpoint=self.endpoint,
                tqdm_class=_counter(progress),
            )
        except MLError:
            raise  # the caller's progress stopped the work
        except Exception as error:
            raise self._failure(source, error) from error
        return Path(path)

    def _failure(self, source: HubSource, error: Exception) -> Exception:
        if isinstance(error, OSError) and error.errno in OUR_DISK:
            return error
        kind = type(error).__name__
        return SourceUnreachable(f"The hub {self.endpoint} did not deliver {source.repo} ({kind}).")


def _added(progress: Bytes, before: int) -> Bytes:
    return lambda count: progress(before + count)


def _counter(progress: Bytes) -> Any:
    """A progress bar class that shows nothing and counts bytes for our own progress."""
    from tqdm import tqdm

    class Counter(tqdm):
        def __init__(self, *args: Any, **options: Any) -> None:
            self.bytes = int(options.get("initial") or 0)
            options.pop("name", None)
            super().__init__(*args, **(options | {"disable": True}))

        def update(self, n: float | None = 1) -> bool | None:
            self.bytes += int(n or 0)
            progress(self.bytes)
            return None

    return Counter
