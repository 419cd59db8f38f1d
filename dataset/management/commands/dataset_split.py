"""Splits a data set into train, validation and test."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from dataset.collection import own_dialogues
from dataset.errors import DatasetError
from dataset.management.command import DatasetCommand, add_root
from dataset.management.services import work_dir_from
from dataset.rooms import open_data_set
from dataset.split_plan import make_plan, read_plan, with_splits, write_plan
from dataset.splits import DEFAULT_SHARES, Shares, label_shares
from ml.schemas.dialogue import AnnotatedDialogue, Split


class Command(DatasetCommand):
    help = (
        "Put every conversation, with all others of its source video, into train, validation or test. "
        "What was split before stays; references keep their published split."
    )
    example = """
examples:
  python manage.py dataset_split
  python manage.py dataset_split --shares 0.7,0.15,0.15 --seed 2 --fresh --dry-run
"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_root(parser)
        parser.add_argument(
            "--shares", type=_shares, default=DEFAULT_SHARES, help="train,validation,test (0.8,0.1,0.1)"
        )
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--fresh", action="store_true", help="forget the earlier splits")
        parser.add_argument("--dry-run", action="store_true", help="show, write nothing")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with open_data_set(options["root"], work_dir_from(settings)) as data_set:
                workspace = data_set.workspace
                dialogues = own_dialogues(workspace, data_set.manifest)
                before = None if options["fresh"] else read_plan(workspace)
                plan = make_plan(dialogues, options["shares"], options["seed"], before)
                placed = with_splits(dialogues, plan)
                if dialogues and not options["dry_run"]:
                    write_plan(workspace, plan)
        except DatasetError as error:
            raise CommandError(f"{error.code}: {error}", returncode=2) from None
        except (ValueError, OSError) as error:
            raise CommandError(str(error), returncode=2) from None
        if not dialogues:
            raise CommandError(
                "nothing_to_split: There are no extracted dialogues here: run dataset_extract.", returncode=2
            )
        parts = {split: label_shares([item for item in placed if item.split is split]) for split in Split}
        self.stdout.write(json.dumps(parts, indent=1) if options["json"] else _table(placed, parts))


def _shares(text: str) -> Shares:
    try:
        values = [float(part) for part in text.split(",")]
        return dict(zip(Split, values, strict=True))
    except ValueError:
        raise ArgumentTypeError("three numbers are needed: train,validation,test") from None


def _table(placed: list[AnnotatedDialogue], parts: dict[Split, dict[str, dict[str, int]]]) -> str:
    whole = label_shares(placed)
    lines = [f"{'':<48}" + "".join(f"{split.value:>14}" for split in Split)]
    for kind in whole:
        for name in whole[kind]:
            cells = "".join(f"{_cell(parts[split], kind, name):>14}" for split in Split)
            lines.append(f"{f'{kind} {name}' if kind != 'totals' else name:<48}{cells}")
    empty = [split.value for split in Split if not parts[split]["totals"]["dialogues"]]
    if empty:
        lines.append(f"too few sources: nothing is in {', '.join(empty)}")
    return "\n".join(lines)


def _cell(part: dict[str, dict[str, int]], kind: str, name: str) -> str:
    count = part[kind].get(name, 0)
    if kind == "totals":
        return str(count)
    total = sum(part[kind].values())
    return f"{count} ({count / total:.0%})" if total else str(count)
