"""The weighted mean of two adapters of the risk encoder, one trained on from the other.

    python -m benchmarks.risk.average_adapters EARLY LATE --late 0.75 --out ml/weights/risk_adapter.npz

The later one knows more wordings and is too sure of itself; between them lie weights that keep the
earlier one's ear for the unusual (Wortsman et al. 2022, robust fine-tuning). The mean of the products
is exact: the thin matrices are put side by side, so the ranks add up.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

Arrays = dict[str, np.ndarray[Any, Any]]


def averaged(early: Arrays, late: Arrays, share: float) -> Arrays:
    """Adapter arrays whose products are ``(1 - share) * early + share * late``."""
    mean: Arrays = {}
    for name, last in late.items():
        first = early[name]
        if name == "labels":
            mean[name] = last
        elif name.endswith(".down"):
            mean[name] = np.concatenate([first, last], axis=0)
        elif name.endswith(".up"):
            parts = [first.astype(np.float32) * (1 - share), last.astype(np.float32) * share]
            mean[name] = np.concatenate(parts, axis=1).astype(np.float16)
        else:
            whole = first.astype(np.float32) * (1 - share) + last.astype(np.float32) * share
            mean[name] = whole.astype(last.dtype)
    return mean


def main() -> None:
    """Read two adapters, write their mean."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("early", type=Path)
    parser.add_argument("late", type=Path)
    parser.add_argument("--late", type=float, default=0.75, dest="share", help="weight of the later one")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    with np.load(options.early) as early, np.load(options.late) as late:
        mean: dict[str, Any] = averaged(dict(early), dict(late), options.share)
        np.savez(options.out, **mean)


if __name__ == "__main__":
    main()
