"""What is done, waiting, quarantined and spent."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from dataset.errors import DatasetError
from dataset.management.command import DatasetCommand, add_root
from dataset.management.services import work_dir_from
from dataset.rooms import open_data_set
from dataset.status import Status, status_of


class Command(DatasetCommand):
    help = "Per stage: done, waiting, failed, quarantined, spent; then every item with its reason."
    example = """
examples:
  python manage.py dataset_status
  python manage.py dataset_status --root gs://bucket/therapy --json
"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_root(parser)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with open_data_set(options["root"], work_dir_from(settings), make=False) as data_set:
                status = status_of(data_set.workspace, data_set.manifest, data_set.ledger)
        except DatasetError as error:
            raise CommandError(f"{error.code}: {error}", returncode=2) from None
        except (ValueError, OSError) as error:
            raise CommandError(str(error), returncode=2) from None
        self.stdout.write(json.dumps(_plain(status), indent=1) if options["json"] else _table(status))


def _table(status: Status) -> str:
    lines = [f"{'stage':<18}{'done':>7}{'waiting':>9}{'failed':>8}{'quarantined':>13}{'USD':>10}"]
    lines += [
        f"{one.stage:<18}{one.done:>7}{'-' if one.waiting is None else one.waiting:>9}{one.failed:>8}"
        f"{one.quarantined:>13}{one.usd:>10.4f}"
        for one in status.stages
    ]
    if status.spending:
        lines += ["", "asked of services:"]
        lines += [
            f"  {one.service} {one.model} ({one.stage}): {one.calls} calls, {one.input_units} units in,"
            f" {one.output_units} out, {one.usd:.4f} USD"
            for one in status.spending
        ]
    if status.troubles:
        lines += ["", "not done:"]
        lines += [f"  {one.item} {one.stage}: {one.outcome.value} ({one.reason})" for one in status.troubles]
    return "\n".join([*lines, "", f"spent in all: {status.total_usd:.4f} USD"])


def _plain(status: Status) -> dict[str, Any]:
    return {
        "stages": [
            {
                "stage": one.stage,
                "done": one.done,
                "waiting": one.waiting,
                "failed": one.failed,
                "quarantined": one.quarantined,
                "usd": str(one.usd),
            }
            for one in status.stages
        ],
        "spending": [
            {
                "stage": one.stage,
                "service": one.service,
                "model": one.model,
                "calls": one.calls,
                "input_units": one.input_units,
                "output_units": one.output_units,
                "usd": str(one.usd),
            }
            for one in status.spending
        ],
        "not_done": [
            {"item": one.item, "stage": one.stage, "outcome": one.outcome.value, "reason": one.reason}
            for one in status.troubles
        ],
        "total_usd": str(status.total_usd),
    }
