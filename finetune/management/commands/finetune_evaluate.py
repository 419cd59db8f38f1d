"""Measure a labeller or a tuned model."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from finetune.config import DataSource, SourceKind
from finetune.dialogues import of_split, read_source
from finetune.errors import FinetuneError, FinetuneErrorCode
from finetune.leakage import fingerprint
from finetune.management.command import FinetuneCommand, at_least_one
from ml.corpora.reading import split_named
from ml.schemas.dialogue import AnnotatedDialogue, Split


class Command(FinetuneCommand):
    help = "Compare labellers, or a tuned model's replies, with the labels and words of a data set."
    example = """
examples:
  --labeller light --mesc mesc_train_val.csv --split val --json
  --labeller tfidf --labeller light --mesc mesc_train_val.csv --split val --report var/finetune/report
  --labeller model --adapter var/finetune/runs/first --mesc mesc_train_val.csv --split val
  --replies --adapter var/finetune/runs/first --jsonl dialogues.jsonl --split test --report DIR

majority and tfidf are fitted on the training dialogues of the same file, or of --train.
"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        data = parser.add_mutually_exclusive_group(required=True)
        data.add_argument("--mesc", metavar="FILE", help="a CSV file in MESC's columns")
        data.add_argument("--jsonl", metavar="FILE", help="dialogues, one on each line")
        data.add_argument("--dataset", metavar="DIR", help="what dataset_publish wrote")
        parser.add_argument("--split", default="val", help="train, val or test; all for every dialogue")
        parser.add_argument("--train", metavar="FILE", help="where majority and tfidf learn; as the data")
        parser.add_argument(
            "--labeller",
            action="append",
            default=[],
            help="majority, tfidf, rules, light, light-abstaining, or model (with --base, --adapter); "
            "repeatable",
        )
        parser.add_argument("--base", help="a base model: folder or hub name")
        parser.add_argument("--adapter", type=Path, help="an adapter, or the folder of a finished run")
        parser.add_argument("--dtype", choices=["auto", "bfloat16", "float32"], default="auto")
        parser.add_argument(
            "--context-turns", type=at_least_one, default=2, help="turns before the one in question"
        )
        parser.add_argument("--replies", action="store_true", help="measure the model's replies")
        parser.add_argument("--judge", metavar="URL", help="an OpenAI-compatible server that marks replies")
        parser.add_argument("--judge-model", default="judge", help="its model's name there")
        parser.add_argument("--limit", type=at_least_one, help="a seeded choice of this many dialogues")
        parser.add_argument(
            "--tolerate", action="store_true", help="leave out bad rows of --mesc, and say how many"
        )
        parser.add_argument("--report", type=Path, metavar="DIR", help="write report.md, .html and .json")
        parser.add_argument("--json", action="store_true", help="print the figures as JSON and nothing else")

    def perform(self, options: dict[str, Any]) -> None:
        from finetune.evaluation.report import Evaluation, write_report

        if not options["labeller"] and not options["replies"]:
            raise CommandError("Name a --labeller, or --replies.", returncode=2)
        say = (lambda _: None) if options["json"] else self.say
        source = _source(options)
        bad_rows: list[str] | None = [] if options["tolerate"] else None
        try:
            dialogues = read_source(source, bad_rows)
        except FinetuneError as error:
            if error.code is not FinetuneErrorCode.LABEL_UNKNOWN or not options["mesc"]:
                raise
            raise FinetuneError(error.code, f"{error} --tolerate leaves them out.") from None
        chosen = _limited(_split(dialogues, options["split"]), options["limit"])
        notes = [f"{len(chosen)} dialogues, {sum(len(d.utterances) for d in chosen)} turns."]
        if bad_rows:
            notes.append(f"{len(bad_rows)} bad rows were left out or lost a label. {bad_rows[0]}")
        train = _apart(self._train(source, dialogues, options), chosen, notes)
        for note in notes:
            say(note)
        evaluation = Evaluation(
            subject=f"{Path(source.path).name}, {options['split']}",
            notes=notes,
            labels=[
                result
                for name in options["labeller"]
                for result in _labels(name, options, chosen, train, say)
            ],
            responses=_replies(options, chosen, say) if options["replies"] else {},
        )
        if options["report"]:
            path = write_report(evaluation, options["report"])
            say(f"The report is {path}.")
        if options["json"]:
            self.stdout.write(evaluation.model_dump_json(indent=1))
        else:
            self._tables(evaluation)

    def _train(
        self, source: DataSource, dialogues: list[AnnotatedDialogue], options: dict[str, Any]
    ) -> list[AnnotatedDialogue]:
        """Where baselines learn; never the dialogues they are measured on."""
        if options["train"]:
            other = read_source(source.model_copy(update={"path": options["train"]}))
            return [item for item in other if item.split in (Split.TRAIN, None)]
        if options["split"] in ("train", "all"):
            return []
        return [item for item in dialogues if item.split is Split.TRAIN]

    def _tables(self, evaluation: Any) -> None:
        from finetune.evaluation.labelling import NAMES
        from finetune.evaluation.report import HEADER, label_rows, markdown_table
        from ml.labelling.tasks import Task

        for task in Task:
            if rows := label_rows(evaluation.labels, task):
                self.stdout.write(f"\n{NAMES[task]}\n{markdown_table(HEADER, rows)}")
        for name, scores in evaluation.responses.items():
            self.stdout.write(f"\nreplies of {name}\n{scores.model_dump_json(indent=1)}")


def _source(options: dict[str, Any]) -> DataSource:
    for option, kind in (
        ("mesc", SourceKind.MESC),
        ("jsonl", SourceKind.JSONL),
        ("dataset", SourceKind.DATASET_DICT),
    ):
        if options[option]:
            return DataSource(kind=kind, path=options[option])
    raise CommandError("Name --mesc, --jsonl or --dataset.", returncode=2)


def _split(dialogues: list[AnnotatedDialogue], name: str) -> list[AnnotatedDialogue]:
    if name == "all":
        return dialogues
    try:
        return of_split(dialogues, split_named(name))
    except ValueError:
        raise CommandError("--split is train, val, test or all.", returncode=2) from None


def _apart(
    train: list[AnnotatedDialogue], measured: list[AnnotatedDialogue], notes: list[str]
) -> list[AnnotatedDialogue]:
    """The training dialogues without conversations that are measured; notes what the two share."""
    if not train:
        return train
    seen = {fingerprint(item) for item in measured}
    kept = [item for item in train if fingerprint(item) not in seen]
    if len(kept) < len(train):
        notes.append(f"{len(train) - len(kept)} training dialogues are measured as well and were left out.")
    videos = [{(d.source.dataset, d.source.source_id) for d in part} for part in (kept, measured)]
    if shared := len(videos[0] & videos[1]):
        notes.append(
            f"{shared} of {len(videos[1])} source videos have training dialogues too: the same people speak "
            "in both, which flatters what learned from them."
        )
    return kept


def _limited(dialogues: list[AnnotatedDialogue], limit: int | None) -> list[AnnotatedDialogue]:
    import random

    if limit is None or limit >= len(dialogues):
        return dialogues
    return random.Random(0).sample(dialogues, limit)  # noqa: S311 - no secret


def _labels(
    name: str,
    options: dict[str, Any],
    dialogues: list[AnnotatedDialogue],
    train: list[AnnotatedDialogue],
    say: Any,
) -> list[Any]:
    from finetune.evaluation.labelling import evaluate_labeller
    from finetune.labellers import build_labeller

    labeller = build_labeller(
        name,
        train=train,
        models_dir=Path(settings.MODELS_DIR),
        base=options["base"],
        adapter=options["adapter"],
        context_turns=options["context_turns"],
        dtype=options["dtype"],
        say=say,
    )
    return evaluate_labeller(labeller, dialogues)


def _replies(options: dict[str, Any], dialogues: list[AnnotatedDialogue], say: Any) -> dict[str, Any]:
    from finetune.config import Task
    from finetune.evaluation.responses import evaluate_responses
    from finetune.examples import examples_of_task
    from finetune.inference import load_tuned
    from ml.evidence.embedding import MiniLMEmbedder
    from ml.llm.base import ChatModel
    from ml.weights.store import WeightStore

    store = WeightStore(Path(settings.MODELS_DIR))
    embedder = MiniLMEmbedder(store.path("minilm")) if store.has("minilm") else None
    judge: ChatModel | None = None
    if options["judge"]:
        from ml.llm.backends import build_chat_model

        judge = build_chat_model("openai_compatible", base_url=options["judge"], model=options["judge_model"])
    loaded = load_tuned(options["base"], options["adapter"], dtype=options["dtype"])
    examples = [
        example
        for dialogue in dialogues
        for example in examples_of_task(dialogue, Task.RESPONSE, options["context_turns"])
    ]
    name = Path(loaded.source).name + (f"+{options['adapter'].name}" if options["adapter"] else "")
    return {name: evaluate_responses(loaded, examples, embedder=embedder, judge=judge, say=say)}
