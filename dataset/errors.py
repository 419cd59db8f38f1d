"""What may go wrong while a data set is made, by what the run does next.

A `Quarantine` finishes the item with its reason, a `StopRun` ends the run with the item untouched,
a `TransientService` is waited for; what is left of it, and a `ServiceRefused`, fails the item until
the next run. Messages never hold words of a transcript.
"""

from __future__ import annotations


class DatasetError(Exception):
    """Base; `code` is stable, `str(error)` is a sentence for the engineer."""

    code = "dataset_error"

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class Quarantine(DatasetError):
    """The item is unfit and will not be tried again under the same key: Quarantine(sentence, code)."""

    code = "unfit"


class StopRun(DatasetError):
    """No item can be worked on now: the budget or quota is used up, a key is wrong, a disk is full."""

    code = "stopped"


class BudgetReached(StopRun):
    """The next call might cost more than what is left of the budget."""

    code = "budget_reached"


class QuotaReached(StopRun):
    """The next call would go over a service's quota for the day."""

    code = "quota_reached"


class TransientService(DatasetError):
    """A service asks to be called later; `retry_after_s` is its own word on when, if it gave one."""

    code = "service_unavailable"

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ServiceRefused(DatasetError):
    """A service refused this item for now (403, a robot check): no second try in this run."""

    code = "service_refused"
