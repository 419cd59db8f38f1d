"""An adapter leaves the workbench: to a hub, or to a folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from finetune.dialogues import hash_of
from finetune.errors import FinetuneError, FinetuneErrorCode
from finetune.inference import adapter_folder
from finetune.run_folder import RunFolder

BESIDE = ("README.md", "metrics.json", "config.yaml", "environment.json", "data.json", "loss.png")
"""Files of the run that go along; lineage.jsonl and the logs stay."""
NOT_SENT = ("training_args.bin", "README.md")
"""Of the adapter's folder: a pickle with this machine's paths, and peft's empty card."""
RECEIPT = "sha256.json"

Say = Callable[[str], None]


def files_of(run: Path) -> dict[str, Path]:
    """What is published, by its name there.

    Raises:
        FinetuneError: checkpoint_broken: the run is not finished.
    """
    folder = RunFolder(run)
    if not folder.finished:
        raise FinetuneError(
            FinetuneErrorCode.CHECKPOINT_BROKEN, f"The run in {run.name} is not finished; resume it first."
        )
    adapter = adapter_folder(run)
    files = {
        file.name: file for file in sorted(adapter.iterdir()) if file.is_file() and file.name not in NOT_SENT
    }
    files |= {name: run / name for name in BESIDE if (run / name).is_file()}
    return files


def publish_to_folder(run: Path, out: Path, say: Say) -> int:
    """Copy what is new or changed; safe to repeat after an interruption.

    Returns:
        How many files were copied now.
    """
    out.mkdir(parents=True, exist_ok=True)
    hashes, copied = {}, 0
    for name, file in files_of(run).items():
        hashes[name] = hash_of(file)
        target = out / name
        if target.is_file() and hash_of(target) == hashes[name]:
            continue
        staged = out / f".{name}"
        shutil.copyfile(file, staged)
        staged.replace(target)
        say(name)
        copied += 1
    (out / RECEIPT).write_text(json.dumps(hashes, indent=1) + "\n", encoding="utf-8")
    return copied


def publish_to_hub(run: Path, repo: str, *, private: bool, say: Say) -> str:
    """Upload the adapter, its card and its figures as one commit; the hub keeps what it already has.

    The address is HF_ENDPOINT, the token HF_TOKEN. Large files are sent before the commit, so that a
    repeated call sends only what is missing.

    Returns:
        The commit's address.

    Raises:
        FinetuneError: hub_unreachable: no answer, or no permission; nothing was changed there that a
            repeated call does not take up.
    """
    import httpx2
    from huggingface_hub import CommitOperationAdd, HfApi
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    files = files_of(run)
    api = HfApi()
    operations = [CommitOperationAdd(name, str(file)) for name, file in files.items()]
    try:
        api.create_repo(repo, private=private, exist_ok=True)
        commit = api.create_commit(repo, operations, commit_message=f"Adapter {run.name}")
    except HfHubHTTPError as error:
        status = error.response.status_code if error.response is not None else "no answer"
        raise _unreachable(
            f"The hub refused ({status}). Is HF_TOKEN set, and may it write to {repo}?"
        ) from None
    except (httpx2.HTTPError, OSError, OfflineModeIsEnabled) as error:
        raise _unreachable(f"The hub does not answer ({type(error).__name__}).") from None
    say(f"{len(files)} files are at {repo}.")
    return str(commit.commit_url)


def _unreachable(why: str) -> FinetuneError:
    return FinetuneError(
        FinetuneErrorCode.HUB_UNREACHABLE,
        f"{why} The run is unchanged; repeat the command, or publish to a folder with --folder.",
    )
