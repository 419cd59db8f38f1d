"""US dollars as whole billionths: exact sums, and a token's price is not lost in rounding."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

_NANO = Decimal(10) ** 9


def to_nano(usd: Decimal) -> int:
    """Billionths of a dollar, rounded up."""
    return int((usd * _NANO).to_integral_value(rounding=ROUND_CEILING))


def from_nano(nano: int) -> Decimal:
    """Dollars, exactly."""
    return Decimal(nano) / _NANO
