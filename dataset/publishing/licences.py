"""Nothing is published whose licence does not allow it, unless somebody says by name that it may."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from dataset.errors import DatasetError
from ml.schemas.dialogue import AnnotatedDialogue

WITHOUT = frozenset({"", "none", "none stated", "unknown", "youtube"})
"""What states no licence to pass data on. "youtube" is YouTube's own: the right to watch."""


class LicenceMissing(DatasetError):
    """Some dialogues have no licence that lets others have them."""

    code = "licence_missing"


def refuse_unlicensed(dialogues: Sequence[AnnotatedDialogue], accepted: Collection[str] = ()) -> None:
    """Pass when every dialogue has a licence, or one of those `accepted` in its place.

    Raises:
        LicenceMissing: naming what is stated instead, and how often.
    """
    allowed = {_plain(text) for text in accepted}
    found = Counter(
        item.source.licence or "(empty)"
        for item in dialogues
        if _plain(item.source.licence) in WITHOUT - allowed
    )
    if found:
        told = ", ".join(f"{name}: {count}" for name, count in sorted(found.items()))
        raise LicenceMissing(
            f"{sum(found.values())} dialogues have no licence to publish them ({told}). Where you have "
            'the right or the consent, say so: --accept-licence "none stated".'
        )


def _plain(text: str) -> str:
    return "" if text.strip() == "(empty)" else " ".join(text.split()).casefold()
