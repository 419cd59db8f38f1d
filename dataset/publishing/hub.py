"""A published folder goes to a Hugging Face hub; what the hub already has is not sent again.

Files go in batches, the card in the last commit together with the removal of what is no longer
part of the data, so a half-finished upload never reads as a whole. An interrupted upload goes on
where it stopped: what arrived is compared by hash.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from dataset.backoff import status_of, with_backoff
from dataset.errors import StopRun
from dataset.manifest import sha256_of

CARD = "README.md"
OURS = ("data/", "videos/")
"""The folders whose strange files are removed: old shards would be loaded as data."""
BATCH_FILES = 50
T = TypeVar("T")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Uploaded:
    """Which files were sent, how many were there already, and which were removed."""

    sent: tuple[str, ...]
    unchanged: int
    removed: tuple[str, ...]


class HubUpload:
    """Sends folders to one data set repository.

    Args:
        repository: "owner/name".
        token: HF_TOKEN.
        endpoint: another hub than HF_ENDPOINT.
        private: whether the repository is made private; an existing one stays as it is.
        batch_files: files in one commit.
        sleep: how pauses between attempts are made.
    """

    def __init__(
        self,
        repository: str,
        token: str,
        endpoint: str | None = None,
        *,
        private: bool = True,
        batch_files: int = BATCH_FILES,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        from huggingface_hub import HfApi

        self._api = HfApi(endpoint=endpoint or None, token=token)
        self._repository = repository
        self._private = private
        self._batch_files = batch_files
        self._sleep = sleep

    def send(self, folder: Path, say: Say = lambda _: None) -> Uploaded:
        """Make the repository equal to the folder.

        Raises:
            StopRun: `hub_refused`: the token is missing, wrong, or may not write there.
            TransientService: the hub was away; call again to go on.
        """
        self._call(
            lambda: self._api.create_repo(
                self._repository, repo_type="dataset", private=self._private, exist_ok=True
            )
        )
        there = self._files_there()
        here = {
            path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()
        }
        changed = [name for name, path in here.items() if there.get(name) not in _hashes(path)]
        gone = sorted(name for name in there if name.startswith(OURS) and name not in here)
        data = [name for name in changed if name != CARD]
        batches = [data[at : at + self._batch_files] for at in range(0, len(data), self._batch_files)]
        for number, batch in enumerate(batches, start=1):
            self._commit([(name, here[name]) for name in batch], (), f"Data, part {number} of {len(batches)}")
            say(f"sent {len(batch)} files, part {number} of {len(batches)}")
        if gone or CARD in changed:
            self._commit([(CARD, here[CARD])] if CARD in changed else [], gone, "Card")
        return Uploaded(tuple(changed), len(here) - len(changed), tuple(gone))

    def _files_there(self) -> dict[str, str]:
        """Path to sha256 (large files) or git's blob hash."""
        entries = self._call(
            lambda: list(self._api.list_repo_tree(self._repository, repo_type="dataset", recursive=True))
        )
        files: dict[str, str] = {}
        for entry in entries:
            lfs = getattr(entry, "lfs", None)
            blob = getattr(entry, "blob_id", None)
            if blob is not None:
                files[entry.path] = lfs.sha256 if lfs is not None else blob
        return files

    def _commit(self, additions: Sequence[tuple[str, Path]], removals: Sequence[str], message: str) -> None:
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete

        def commit() -> Any:
            # Made anew for each attempt: the client marks operations it has begun to send.
            operations: list[Any] = [
                *(
                    CommitOperationAdd(path_in_repo=name, path_or_fileobj=str(path))
                    for name, path in additions
                ),
                *(CommitOperationDelete(path_in_repo=name) for name in removals),
            ]
            return self._api.create_commit(
                self._repository, operations, commit_message=message, repo_type="dataset"
            )

        self._call(commit)

    def _call(self, call: Callable[[], T]) -> T:
        try:
            return with_backoff(lambda: _unwrapped(call), sleep=self._sleep)
        except Exception as error:
            status = status_of(error)
            if status in {401, 403, 404}:
                raise StopRun(
                    f"The hub does not let us write to {self._repository} (status {status}). "
                    "Look at HF_TOKEN and DATA_REPO_NAME.",
                    "hub_refused",
                ) from None
            raise


def _unwrapped(call: Callable[[], T]) -> T:
    """The call; an error that the client hides behind a RuntimeError comes out as itself."""
    try:
        return call()
    except RuntimeError as error:
        if isinstance(error.__cause__, Exception):
            raise error.__cause__ from None
        raise


def _hashes(path: Path) -> set[str]:
    content = path.read_bytes() if path.stat().st_size < 32 << 20 else b""
    git = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
    return {sha256_of(path), git} if content else {sha256_of(path)}
