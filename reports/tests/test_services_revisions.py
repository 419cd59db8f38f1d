"""What a version says about changes, and the share people wrote."""

from __future__ import annotations

import pytest

from reports.models import Claim
from reports.services.revisions import changes_between, human_share


def claim(draft: str, text: str, *, removed: bool = False) -> Claim:
    return Claim(draft_text=draft, text=text, removed=removed)


@pytest.mark.parametrize(
    ("claims", "share"),
    [
        ([], 0.0),
        ([claim("a b c d", "a b c d")], 0.0),
        ([claim("a b c d", "x y z w")], 1.0),
        ([claim("a b c d", "a b x d")], 0.25),
        ([claim("", "a b")], 1.0),
        ([claim("a b", "a b", removed=True)], 1.0),
        ([claim("a b", "a b"), claim("", "c d")], 1 - 4 / 6),
    ],
)
def test_human_share(claims: list[Claim], share: float) -> None:
    assert human_share(claims) == pytest.approx(share, abs=1e-4)


@pytest.mark.parametrize("theirs", [{"state": "clinician_added"}, {"state": "inferred", "confirmed": True}])
def test_what_was_taken_over_or_confirmed_counts_whole(theirs: dict[str, object]) -> None:
    taken = Claim(draft_text="a b", text="a b", **theirs)
    assert human_share([taken, claim("c d e f", "c d e f")]) == pytest.approx(1 - 8 / 12, abs=1e-4)


def test_changes() -> None:
    def content(*rows: dict[str, object], note_format: str = "standard") -> dict[str, object]:
        return {"status": "draft", "note_format": note_format, "claims": list(rows), "risk_flags": []}

    one, two = {"id": "1", "text": "a", "order": 0}, {"id": "2", "text": "b", "order": 1}
    assert changes_between(content(one, two), content(one, two)) == []
    assert changes_between(content(one), content({**one, "text": "c", "order": 4})) == [
        {"field": "claims", "id": "1", "change": "edited", "before": {"text": "a"}, "after": {"text": "c"}}
    ]
    assert [change["change"] for change in changes_between(content(one), content(two))] == [
        "added",
        "removed",
    ]
    assert [change["change"] for change in changes_between(content(one, two), content(two, one))] == [
        "reordered"
    ]
    assert changes_between(content(), content(note_format="soap")) == [
        {"field": "note_format", "change": "edited", "before": "standard", "after": "soap"}
    ]
