"""What the options of several commands take."""

from __future__ import annotations

from argparse import ArgumentTypeError
from decimal import Decimal, InvalidOperation


def us_dollars(text: str) -> Decimal:
    """An amount for --budget.

    Raises:
        ArgumentTypeError: no number, or a negative one.
    """
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite() or value < 0:
        raise ArgumentTypeError(f"{text!r} is no amount of US dollars, such as 20 or 0.5")
    return value


def at_least_one(text: str) -> int:
    """A count.

    Raises:
        ArgumentTypeError: no whole number, or less than one.
    """
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)
