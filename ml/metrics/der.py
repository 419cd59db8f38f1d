"""Who spoke when: turns with the right speaker, and the diarization error rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_FRAME_MS = 10


@dataclass(frozen=True, slots=True)
class Stretch:
    """A speaker between two times in milliseconds."""

    start_ms: int
    end_ms: int
    speaker: str


@dataclass(frozen=True, slots=True)
class SpeakerAccuracy:
    """Reference turns whose words mostly carry the right speaker; `mapping` is hypothesis to
    reference speaker. `diarization_error` is the share of reference speech that is missed, put
    on the wrong speaker or invented, with 0.25 s around reference boundaries left out."""

    right: int
    turns: int
    diarization_error: float
    mapping: dict[str, str]
    wrong_turns: tuple[int, ...] = ()


def speaker_accuracy(
    reference: Sequence[Stretch],
    words: Sequence[Stretch],
    turns: Sequence[Stretch] | None = None,
    collar_ms: int = 250,
) -> SpeakerAccuracy:
    """Compare reference turns with words (for the turns) and with stretches (for the time).

    Speakers are matched one to one so that the most time agrees. A turn without any word is
    wrong. `turns` defaults to `words`.
    """
    turns = words if turns is None else turns
    theirs = sorted({stretch.speaker for stretch in reference})
    ours = sorted({stretch.speaker for stretch in [*words, *turns]})
    end = max((stretch.end_ms for stretch in [*reference, *words, *turns]), default=0)
    wanted, found = _frames(reference, theirs, end), _frames(turns, ours, end)
    mapping = _match(wanted, found, theirs, ours)
    wrong = tuple(
        number for number, turn in enumerate(reference) if _speaker_in(turn, words, mapping) != turn.speaker
    )
    return SpeakerAccuracy(
        right=len(reference) - len(wrong),
        turns=len(reference),
        diarization_error=_error(wanted, found, theirs, ours, mapping, reference, collar_ms),
        mapping=mapping,
        wrong_turns=wrong,
    )


def _frames(stretches: Sequence[Stretch], names: Sequence[str], end_ms: int) -> npt.NDArray[np.bool_]:
    frames = np.zeros((end_ms // _FRAME_MS + 1, len(names)), bool)
    for stretch in stretches:
        frames[stretch.start_ms // _FRAME_MS : stretch.end_ms // _FRAME_MS, names.index(stretch.speaker)] = (
            True
        )
    return frames


def _match(
    wanted: npt.NDArray[np.bool_], found: npt.NDArray[np.bool_], theirs: Sequence[str], ours: Sequence[str]
) -> dict[str, str]:
    from scipy.optimize import linear_sum_assignment

    shared = found.T.astype(np.int64) @ wanted.astype(np.int64)
    rows, columns = linear_sum_assignment(-shared)
    return {ours[row]: theirs[column] for row, column in zip(rows, columns, strict=True)}


def _speaker_in(turn: Stretch, words: Sequence[Stretch], mapping: dict[str, str]) -> str | None:
    shares: dict[str, int] = {}
    for word in words:
        shared = min(word.end_ms, turn.end_ms) - max(word.start_ms, turn.start_ms)
        if shared > 0:
            name = mapping.get(word.speaker, word.speaker)
            shares[name] = shares.get(name, 0) + shared
    return max(shares, key=lambda name: shares[name]) if shares else None


def _error(  # noqa: PLR0917 - two sides of one comparison
    wanted: npt.NDArray[np.bool_],
    found: npt.NDArray[np.bool_],
    theirs: Sequence[str],
    ours: Sequence[str],
    mapping: dict[str, str],
    reference: Sequence[Stretch],
    collar_ms: int,
) -> float:
    mapped = np.zeros_like(wanted)
    extra = np.zeros(len(found), np.int64)
    for column, name in enumerate(ours):
        if name in mapping:
            mapped[:, theirs.index(mapping[name])] |= found[:, column]
        else:
            extra += found[:, column]
    scored = np.ones(len(wanted), bool)
    for stretch in reference:
        for edge in (stretch.start_ms, stretch.end_ms):
            scored[max(0, edge - collar_ms) // _FRAME_MS : (edge + collar_ms) // _FRAME_MS] = False
    want, have = wanted[scored].sum(axis=1), mapped[scored].sum(axis=1) + extra[scored]
    both = (wanted & mapped)[scored].sum(axis=1)
    total = int(want.sum())
    return float((np.maximum(want, have) - both).sum() / total) if total else 0.0
