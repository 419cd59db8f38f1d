"""What a service's model costs: `dataset/prices.yaml`, or a file like it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from dataset.errors import StopRun

PRICES = Path(__file__).with_name("prices.yaml")


def price_of(service: str, model: str, path: Path | None = None) -> Mapping[str, Decimal]:
    """A model's prices by unit, such as {"usd_per_hour": Decimal("0.29")}.

    Raises:
        StopRun: `price_unknown`; without a price there is no budget.
    """
    import yaml

    table = yaml.safe_load((path or PRICES).read_text(encoding="utf-8"))
    try:
        return {unit: Decimal(str(usd)) for unit, usd in table[service][model].items()}
    except (KeyError, TypeError):
        raise StopRun(f"There is no price for {service} {model}.", "price_unknown") from None
