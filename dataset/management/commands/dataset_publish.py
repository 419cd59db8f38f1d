"""Publishes a split data set."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from dataset.collection import own_dialogues, reference_dialogues
from dataset.errors import DatasetError
from dataset.management.command import DatasetCommand, add_root
from dataset.management.services import work_dir_from
from dataset.publishing.card import NO_DATA_LICENCE, CardFacts
from dataset.publishing.folder import publish_folder
from dataset.publishing.hub import HubUpload
from dataset.publishing.licences import refuse_unlicensed
from dataset.rooms import DataSet, open_data_set
from dataset.split_plan import SplitPlan, read_plan, with_splits
from ml.errors import MLError
from ml.schemas.dialogue import AnnotatedDialogue


class Command(DatasetCommand):
    help = (
        "Write ROOT/published/<name>: tables, clips, card. With --hub it goes to DATA_REPO_NAME as well; a "
        "gs:// root has it in the bucket. Data without a licence is refused unless --accept-licence names it."
    )
    example = """
examples:
  python manage.py dataset_publish --name talks --dry-run
  python manage.py dataset_publish --name talks --licence cc-by-4.0 --consent "All speakers signed." --hub
"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_root(parser)
        parser.add_argument("--name", required=True, help="the data set's name")
        parser.add_argument("--reference", action="append", default=[], help="put an imported corpus in, too")
        parser.add_argument(
            "--licence", default=NO_DATA_LICENCE, help="of the whole, as hubs write it: cc-by-4.0"
        )
        parser.add_argument("--consent", default="", help="a sentence on whose consent the data rests")
        parser.add_argument(
            "--accept-licence",
            action="append",
            default=[],
            metavar="TEXT",
            help="what a source states in place of a licence, where you have the right or the consent",
        )
        clips = parser.add_mutually_exclusive_group()
        clips.add_argument("--embed-clips", action="store_true", help="clips inside the tables, as Video")
        clips.add_argument("--no-clips", action="store_true", help="text and labels only")
        parser.add_argument("--hub", action="store_true", help="send it to DATA_REPO_NAME with HF_TOKEN")
        parser.add_argument("--repository", default="", help="instead of DATA_REPO_NAME")
        parser.add_argument("--public", action="store_true", help="a new repository is public")
        parser.add_argument("--dry-run", action="store_true", help="tell what would be published")

    def handle(self, *args: Any, **options: Any) -> None:
        repository = options["repository"] or settings.DATA_REPO_NAME
        if options["hub"] and not (repository and settings.HF_TOKEN):
            raise CommandError("hub_refused: --hub needs HF_TOKEN and DATA_REPO_NAME.", returncode=2)
        try:
            with open_data_set(options["root"], work_dir_from(settings)) as data_set:
                self._publish(data_set, repository, options)
        except (DatasetError, MLError) as error:
            raise CommandError(f"{error.code}: {error}", returncode=2) from None
        except (ValueError, OSError) as error:
            raise CommandError(str(error), returncode=2) from None

    def _publish(self, data_set: DataSet, repository: str, options: dict[str, Any]) -> None:
        dialogues = _chosen(data_set, options["reference"])
        clips = sum(bool(turn.clip) for item in dialogues for turn in item.utterances)
        told = f"{len(dialogues)} dialogues, {0 if options['no_clips'] else clips} clips"
        without = sum(turn.emotion is None for item in dialogues for turn in item.utterances)
        if without:
            told += f", {without} turns without an emotion"
        refuse_unlicensed(dialogues, options["accept_licence"])
        if options["dry_run"]:
            self.stdout.write(f"{told}; nothing is written")
            return
        facts = CardFacts(
            name=options["name"],
            licence=options["licence"],
            consent=options["consent"],
            accepted=options["accept_licence"],
            entries=data_set.manifest.entries(),
            spending=data_set.ledger.totals(),
            agreement={
                path.stem: path.read_text(encoding="utf-8")
                for path in sorted((data_set.workspace.root / "agreement").glob("*.md"))
            },
        )
        folder, entry = publish_folder(
            data_set.workspace,
            data_set.manifest,
            dialogues,
            facts,
            embed_clips=options["embed_clips"],
            with_clips=not options["no_clips"],
        )
        if entry.reason:
            raise CommandError(f"{entry.outcome.value}: {entry.reason}", returncode=1)
        self.stdout.write(f"{told}: {data_set.workspace.relative(folder)}")
        if options["hub"]:
            upload = HubUpload(
                repository, settings.HF_TOKEN, settings.HF_ENDPOINT, private=not options["public"]
            )
            sent = upload.send(folder, self.stdout.write)
            self.stdout.write(
                f"{len(sent.sent)} files sent to {repository}, {sent.unchanged} were there, "
                f"{len(sent.removed)} removed"
            )


def _chosen(data_set: DataSet, references: list[str]) -> list[AnnotatedDialogue]:
    workspace = data_set.workspace
    dialogues = with_splits(own_dialogues(workspace, data_set.manifest), read_plan(workspace) or SplitPlan())
    for name in references:
        imported = reference_dialogues(workspace, name)
        unsplit = [item.id for item in imported if item.split is None]
        if unsplit:
            raise CommandError(
                f"not_split: the reference {name} has dialogues without a published split.", returncode=2
            )
        dialogues += imported
    if not dialogues:
        raise CommandError(
            "nothing_to_publish: There are no extracted dialogues here: run dataset_extract.", returncode=2
        )
    return dialogues
