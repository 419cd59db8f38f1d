"""The gate before a tuned adapter may serve: it has to beat what serves now, on the same sentences.

Both models word the same quotes of the held-out patients. The mark of an answer is its nearness to
the sentence the clinician signed, and nothing where it does not parse or says what its quote does
not. The candidate passes when its answers are faithful no less often and the mean gain in marks is
above nothing with 95 % confidence, patients resampled.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from finetune.dialogues import hash_of
from finetune.errors import FinetuneError, FinetuneErrorCode
from finetune.inference import adapter_folder
from finetune.wording import WordingScores
from ml.schemas.base import Record
from ml.schemas.training import TrainingExample
from ml.weights.adapters import CONFIG, WEIGHTS, AdapterStore, Promotion

LEAST_ITEMS, LEAST_SUBJECTS = 30, 5
DRAWS, SEED, TAIL = 2000, 0, 2.5


class Verdict(Record):
    """What the gate says. `gain` is the mean gain in marks, `low` and `high` its 95 % interval;
    `reasons` is empty when the candidate passes."""

    gain: float
    low: float
    high: float
    reasons: list[str]


def compare(found: Sequence[TrainingExample], candidate: WordingScores, current: WordingScores) -> Verdict:
    """Whether the candidate is better than what serves now; both worded `found`, in this order."""
    gains = np.array(candidate.marks) - np.array(current.marks)
    subjects = [example.lineage.subject for example in found]
    low, high = _interval(gains, subjects)
    reasons = []
    if len(found) < LEAST_ITEMS or len(set(subjects)) < LEAST_SUBJECTS:
        reasons.append(
            f"{len(found)} sentences of {len(set(subjects))} patients are too few to tell: "
            f"{LEAST_ITEMS} of {LEAST_SUBJECTS} are needed."
        )
    if candidate.faithful < current.faithful:
        reasons.append(f"It is faithful less often: {candidate.faithful:.1%}, {current.faithful:.1%} before.")
    if low <= 0:
        reasons.append(f"The gain of {gains.mean():+.3f} may be chance ({low:+.3f} to {high:+.3f}).")
    return Verdict(gain=float(gains.mean()), low=low, high=high, reasons=reasons)


def promote(
    name: str,
    run: Path,
    store: AdapterStore,
    *,
    data: Path,
    compared_with: str,
    candidate: WordingScores,
    current: WordingScores,
) -> Promotion:
    """Put the adapter among those that may serve and write down why.

    Raises:
        FinetuneError: run_exists: another adapter has this name; checkpoint_broken: the run has none.
    """
    source, target = adapter_folder(run), store.root / name
    for file in (WEIGHTS, CONFIG):
        if not (source / file).is_file():
            raise FinetuneError(FinetuneErrorCode.CHECKPOINT_BROKEN, f"{run.name} lacks {file}.")
    sha256 = hash_of(source / WEIGHTS)
    if target.exists() and hash_of(target / WEIGHTS) != sha256:
        raise FinetuneError(
            FinetuneErrorCode.RUN_EXISTS, f"Another adapter is called {name!r}; choose a new name."
        )
    if not target.exists():
        partial = store.root / f".{name}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(source, partial)
        partial.rename(target)
    promotion = Promotion(
        name=name,
        sha256=sha256,
        compared_with=compared_with,
        data_sha256=hash_of(data),
        scores=_figures(candidate),
        scores_before=_figures(current),
        promoted_at=datetime.now(UTC),
    )
    store.promote(promotion)
    return promotion


def _figures(scores: WordingScores) -> dict[str, float]:
    return scores.model_dump(include={"parsed", "faithful", "rouge_l"})


def _interval(gains: np.ndarray, subjects: Sequence[str]) -> tuple[float, float]:
    """The bootstrap interval of the mean, whole patients resampled: their sentences go together."""
    names = sorted(set(subjects))
    index = np.array([names.index(subject) for subject in subjects])
    sums = np.bincount(index, weights=gains, minlength=len(names))
    counts = np.bincount(index, minlength=len(names))
    drawn = np.random.default_rng(SEED).integers(len(names), size=(DRAWS, len(names)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, [TAIL, 100 - TAIL])
    return float(low), float(high)
