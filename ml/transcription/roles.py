"""Which speaker is the therapist, from what is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ml.schemas.transcript import SpeakerRole


@dataclass(frozen=True, slots=True)
class RoleGuess:
    """A role and how sure it is, 0 to 1."""

    role: SpeakerRole
    confidence: float


def guess_roles(said: Sequence[tuple[str, str]], language: str = "en") -> dict[str, RoleGuess]:
    """Roles by speaker, from (speaker, text) in order of time."""
    return {s: RoleGuess(SpeakerRole.OTHER, 0.5) for s, _ in said}
