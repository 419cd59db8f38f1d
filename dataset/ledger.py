"""What the outside services were asked and what it cost, with a budget that stops the run."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from dataset.database import connect
from dataset.errors import BudgetReached
from dataset.money import from_nano, to_nano

__all__ = ["BudgetReached", "Ledger", "Spending"]


@dataclass(frozen=True, slots=True)
class Spending:
    """A sum of calls of one stage to one service and model. Units are the service's own: tokens,
    seconds of sound, quota units."""

    stage: str
    service: str
    model: str
    calls: int
    input_units: int
    output_units: int
    usd: Decimal


class Ledger:
    """Spending in SQLite beside the manifest.

    Args:
        path: the database, ROOT/state/manifest.sqlite3.
        budget_usd: the most that may ever be spent on this data set, earlier runs included; None for
            no limit. Workers that call at the same moment may each pass `check` before either
            has spent: the overshoot is at most one call for each further worker.
    """

    def __init__(self, path: Path, budget_usd: Decimal | None = None) -> None:
        self._connection = connect(path)
        self._lock = threading.Lock()
        self._budget = budget_usd

    def check(self, estimate_usd: Decimal) -> None:
        """Pass when the estimate fits into what is left.

        Raises:
            BudgetReached: it does not.
        """
        if self._budget is None:
            return
        spent = self.total_usd()
        if spent + estimate_usd > self._budget:
            raise BudgetReached(
                f"Spent {spent:.4f} of {self._budget:.4f} USD; the next call may cost {estimate_usd:.4f}."
            )

    def spend(
        self,
        item: str,
        stage: str,
        service: str,
        model: str,
        *,
        calls: int = 1,
        input_units: int = 0,
        output_units: int = 0,
        usd: Decimal = Decimal(0),
    ) -> None:
        """Write down calls that were made, successful or not; on the disk when this returns."""
        self._query(
            "INSERT INTO spending (item, stage, service, model, calls, input_units, output_units,"
            " nano_usd, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                item,
                stage,
                service,
                model,
                calls,
                input_units,
                output_units,
                to_nano(usd),
                datetime.now(UTC).isoformat(),
            ),
        )

    def totals(self) -> list[Spending]:
        """Sums by stage, service and model, in that order."""
        rows = self._query(
            "SELECT stage, service, model, SUM(calls), SUM(input_units), SUM(output_units), SUM(nano_usd)"
            " FROM spending GROUP BY stage, service, model ORDER BY stage, service, model"
        )
        return [
            Spending(stage, service, model, calls, inputs, outputs, from_nano(nano))
            for stage, service, model, calls, inputs, outputs, nano in rows
        ]

    def total_usd(self) -> Decimal:
        """All that was ever spent on this data set."""
        return from_nano(self._query("SELECT COALESCE(SUM(nano_usd), 0) FROM spending")[0][0])

    def units_since(self, service: str, since: datetime) -> int:
        """Input units asked of a service from a moment on, for quotas by the day."""
        rows = self._query(
            "SELECT COALESCE(SUM(input_units), 0) FROM spending WHERE service = ? AND at >= ?",
            (service, since.astimezone(UTC).isoformat()),
        )
        return int(rows[0][0])

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _query(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()
