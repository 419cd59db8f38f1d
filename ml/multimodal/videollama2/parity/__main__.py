"""Compare with the reference's numbers: exit 0 all within tolerance, 1 a miss, 2 nothing to check."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from ml.multimodal.videollama2.parity.fixtures import FixtureFolder
from ml.multimodal.videollama2.parity.full import full_rows
from ml.multimodal.videollama2.parity.parts import (
    beats_rows,
    connector_rows,
    filterbank_rows,
    frame_rows,
    pixel_rows,
)
from ml.multimodal.videollama2.parity.rows import Row, guarded, table

_PARTS: dict[str, Callable[[FixtureFolder], Iterator[Row]]] = {
    "frame_sample": frame_rows,
    "preprocess": pixel_rows,
    "connectors": connector_rows,
    "fbank": filterbank_rows,
    "beats": beats_rows,
}


def all_rows(path: Path) -> list[Row]:
    """Every comparison that the folder's fixtures allow."""
    folder = FixtureFolder(path)
    rows: list[Row] = []
    for name, check in _PARTS.items():
        if folder.names(name):
            rows += guarded(name, partial(check, folder))
    for name in folder.names("full_*"):
        rows += guarded(name, partial(full_rows, folder, name))
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ml.multimodal.videollama2.parity", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder of fixtures")
    folder: Path = parser.parse_args(arguments).folder
    if not folder.is_dir():
        sys.stderr.write(f"{folder} is no folder.\n")
        return 2
    rows = all_rows(folder)
    checked = [row for row in rows if row.verdict != "skip"]
    if not checked:
        sys.stderr.write(f"{folder} holds no fixtures that can be checked.\n")
        return 2
    missed = sum(row.verdict == "FAIL" for row in checked)
    sys.stdout.write(f"{table(rows)}\n{len(checked)} compared, {missed} missed.\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
