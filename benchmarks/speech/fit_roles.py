"""Fit the weights of `ml.transcription.role_weights` and print how well they do.

Data (not part of this repository): AnnoMI and MESC dialogues with known roles. A logistic
regression without intercept on the difference of two speakers' features: swapping the speakers
swaps the answer, so who speaks first cannot matter. Trained on whole dialogues and on random
excerpts; evaluated on dialogues that were held out (AnnoMI: five folds by transcript; MESC: its
own validation split).

Usage: python -m benchmarks.speech.fit_roles DATA_DIR [--write]
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ml.transcription.role_features import NAMES, speaker_features

Turn = tuple[str, str]
Array = npt.NDArray[np.float64]
_TARGET = Path(__file__).resolve().parents[2] / "ml" / "transcription" / "role_weights.py"


def annomi(folder: Path) -> list[list[Turn]]:
    """Dialogues of (role, text)."""
    return _dialogues(
        folder / "annomi_train.csv", lambda row: row["transcript_id"], "interlocutor", "utterance_text"
    )


def mesc(folder: Path, split: str) -> list[list[Turn]]:
    """Dialogues of one split with consecutive utterances of a speaker kept apart."""
    return _dialogues(
        folder / "mesc_train_val.csv",
        lambda row: f"{row['split']}/{row['Dialogue_ID']}" if row["split"] == split else "",
        "Speaker",
        "Utterance",
    )


def _dialogues(path: Path, key: Callable[[dict[str, str]], str], who: str, what: str) -> list[list[Turn]]:
    found: dict[str, list[Turn]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if key(row):
                found[key(row)].append((row[who].strip().lower(), row[what]))
    return [turns for turns in found.values() if len({role for role, _ in turns}) == 2]


def difference(turns: Sequence[Turn], usual: Array | None) -> Array:
    """Therapist's features less the client's."""
    said = {role: [text for who, text in turns if who == role] for role in ("therapist", "client")}
    total = sum(len(text.split()) for texts in said.values() for text in texts)
    both = [speaker_features(said[role], total, usual, "en") for role in ("therapist", "client")]
    return np.asarray(both[0] - both[1])


def excerpts(dialogue: list[Turn], count: int, length: int, random: np.random.Generator) -> list[list[Turn]]:
    """Random runs of turns in which both speak."""
    if len(dialogue) <= length:
        return [dialogue]
    starts = random.integers(0, len(dialogue) - length + 1, count)
    runs = [dialogue[start : start + length] for start in starts]
    return [run for run in runs if len({role for role, _ in run}) == 2]


def usual_rates(dialogues: Sequence[list[Turn]]) -> Array:
    """Mean rates (per 100 words) over all speakers, to draw small counts towards."""
    rows = []
    for dialogue in dialogues:
        for role in ("therapist", "client"):
            raw = speaker_features([text for who, text in dialogue if who == role], 1000, None, "en")
            rows.append(np.concatenate([raw[:-3] ** 2, raw[-3:]]))
    return np.asarray(np.mean(rows, axis=0))


# What a cue means is known beforehand; a fitted sign against it is an accident of the data (in
# MESC's fiction clients ask back a lot), so such a cue is left out and the rest fitted again.
EXPECTED_SIGN = {
    "second_person": 1, "together": 1, "your_feelings": 1, "permission": 1, "agenda": 1, "information": 1,
    "praise": 1, "open_question": 1, "closed_question": 1, "reflection": 1, "structuring": 1,
    "question_mark": 1, "acknowledgement": 1, "first_person": -1, "relations": -1, "distress": -1,
    "hedge": -1, "self": -1, "answer": -1,
}  # fmt: skip


def fit(rows: Array, weights: Array, ridge: float) -> Array:
    """Logistic regression whose weights keep to the expected signs."""
    kept = np.ones(len(NAMES), bool)
    while True:
        beta = np.zeros(len(NAMES))
        beta[kept] = _newton(rows[:, kept], weights, ridge)
        wrong = [n for n, name in enumerate(NAMES) if beta[n] * EXPECTED_SIGN.get(name, 0) < 0]
        if not wrong:
            return beta
        kept[max(wrong, key=lambda n: abs(beta[n]))] = False


def _newton(rows: Array, weights: Array, ridge: float) -> Array:
    """Newton steps on rows that all are "the first is the therapist"."""
    scale = np.sqrt((rows**2 * weights[:, None]).sum(axis=0) / weights.sum()) + 1e-9
    x = rows / scale
    beta = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        gradient = x.T @ (weights * (1 - p)) - ridge * beta
        hessian = (x * (weights * p * (1 - p))[:, None]).T @ x + ridge * np.eye(len(beta))
        step = np.linalg.solve(hessian, gradient)
        beta += step
        if np.abs(step).max() < 1e-6:
            break
    return np.asarray(beta / scale)


def training_rows(
    real: Sequence[list[Turn]], fiction: Sequence[list[Turn]], usual: Array, seed: int
) -> tuple[Array, Array]:
    """Rows and weights; both sources weigh the same in all, whatever their sizes."""
    random = np.random.default_rng(seed)
    rows, weights = [], []
    for dialogue, weight in [*((d, len(fiction) / len(real)) for d in real), *((d, 1.0) for d in fiction)]:
        runs = [dialogue]
        for length in (6, 12, 24):
            runs += excerpts(dialogue, 4, length, random)
        for run in runs:
            rows.append(difference(run, usual))
            weights.append(weight / len(runs))
    return np.array(rows), np.array(weights)


def report(
    name: str, dialogues: Sequence[list[Turn]], usual: Array, beta: Array
) -> dict[str, tuple[int, int]]:
    """Right and all, for whole dialogues and excerpts."""
    random = np.random.default_rng(7)
    sets = {
        "whole": [[d] for d in dialogues],
        "first turn dropped": [[d[1:]] for d in dialogues if len(d) > 2],
        "6 turns": [excerpts(d, 10, 6, random) for d in dialogues],
        "12 turns": [excerpts(d, 10, 12, random) for d in dialogues],
        "client first, 6 turns": [
            [run for run in excerpts(d, 20, 6, random) if run[0][0] == "client"] for d in dialogues
        ],
    }
    result = {}
    for kind, groups in sets.items():
        runs = [run for group in groups for run in group if len({role for role, _ in run}) == 2]
        right = sum(float(difference(run, usual) @ beta) > 0 for run in runs)
        result[kind] = (right, len(runs))
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--ridge", type=float, default=2.0)
    arguments = parser.parse_args()
    own, tv, held = annomi(arguments.data), mesc(arguments.data, "train"), mesc(arguments.data, "val")
    usual = usual_rates(own + tv)
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for fold in range(5):
        test = own[fold::5]
        train = [d for number, d in enumerate(own) if number % 5 != fold]
        rows, weights = training_rows(train, tv, usual, fold)
        beta = fit(rows, weights, arguments.ridge)
        for kind, (right, count) in report("AnnoMI", test, usual, beta).items():
            totals[kind][0] += right
            totals[kind][1] += count
    _show("AnnoMI, held out (five folds)", {kind: (a, b) for kind, (a, b) in totals.items()})
    rows, weights = training_rows(own, tv, usual, 99)
    beta = fit(rows, weights, arguments.ridge)
    _show("MESC validation, held out", report("MESC", held, usual, beta))
    for name, weight in sorted(zip(NAMES, beta, strict=True), key=lambda pair: -abs(pair[1])):
        sys.stdout.write(f"  {name:<18}{weight:+.3f}\n")
    if arguments.write:
        _write(usual, beta)


def _show(title: str, result: dict[str, tuple[int, int]]) -> None:
    sys.stdout.write(f"{title}\n")
    for kind, (right, count) in result.items():
        sys.stdout.write(f"  {kind:<24}{right}/{count} = {right / max(1, count):.3f}\n")


def _write(usual: Array, beta: Array) -> None:
    lines = [
        '"""Fitted numbers, written by benchmarks/speech/fit_roles.py; see there how."""',
        "",
        "from __future__ import annotations",
        "",
        "# name: (usual rate per 100 words or usual value, weight of the difference)",
        "FITTED: dict[str, tuple[float, float]] = {",
        *(
            f'    "{name}": ({rate:.4f}, {weight:.4f}),'
            for name, rate, weight in zip(NAMES, usual, beta, strict=True)
        ),
        "}",
        "",
    ]
    _TARGET.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
