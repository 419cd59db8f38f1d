"""The ledger: exact sums and a budget that holds over runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from dataset.errors import BudgetReached
from dataset.ledger import Ledger, Spending


def test_sums_are_exact_and_survive_the_process(tmp_path: Path) -> None:
    with Ledger(tmp_path / "m.sqlite3") as ledger:
        for _ in range(3):
            ledger.spend(
                "p/v/1",
                "annotate",
                "gemini",
                "flash",
                input_units=7,
                output_units=2,
                usd=Decimal("0.000000075"),
            )
        ledger.spend("p", "playlist", "youtube", "v3", input_units=1)
    with Ledger(tmp_path / "m.sqlite3") as again:
        assert again.totals() == [
            Spending("annotate", "gemini", "flash", 3, 21, 6, Decimal("0.000000225")),
            Spending("playlist", "youtube", "v3", 1, 1, 0, Decimal(0)),
        ]
        assert again.total_usd() == Decimal("0.000000225")


def test_the_budget_counts_what_earlier_runs_spent(tmp_path: Path) -> None:
    with Ledger(tmp_path / "m.sqlite3") as earlier:
        earlier.spend("i", "s", "x", "m", usd=Decimal("0.9"))
    with Ledger(tmp_path / "m.sqlite3", Decimal("1")) as ledger:
        ledger.check(Decimal("0.1"))
        with pytest.raises(BudgetReached, match=r"0\.9000 of 1\.0000"):
            ledger.check(Decimal("0.100000001"))


def test_units_of_the_day(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with Ledger(tmp_path / "m.sqlite3") as ledger:
        ledger.spend("p", "playlist", "youtube", "v3", calls=1, input_units=5)
        assert ledger.units_since("youtube", now - timedelta(minutes=1)) == 5
        assert ledger.units_since("youtube", now + timedelta(minutes=1)) == 0
        assert ledger.units_since("gemini", now - timedelta(minutes=1)) == 0
