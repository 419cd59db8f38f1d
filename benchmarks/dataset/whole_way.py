"""The extracted benchmark playlist through the rest of the commands: labels, splits, a published folder.

    python -m benchmarks.dataset.whole_way --mesc mesc_train_val.csv --write

Takes up the workspace that benchmarks.dataset.playlist left, runs dataset_annotate, dataset_split,
dataset_agreement, dataset_publish and dataset_status as they are typed, reads the published folder
with datasets.load_dataset, then runs all of them once more, extraction too, to see that nothing is
done again.
"""

from __future__ import annotations

import argparse
import io
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.dataset.films import films_in
from benchmarks.dataset.playlist import BASE, PLAYLIST, served
from dataset.manifest import sha256_of
from dataset.publishing.tables import dialogues_in
from dataset.workspace import Workspace
from ml.schemas.dialogue import AnnotatedDialogue, Split

NAME = "synthetic-sessions"
PAGE = BASE / "benchmarks" / "results" / "dataset_playlist.md"
HEADING = "## On to a published data set"


@dataclass(frozen=True, slots=True)
class Step:
    """A command as it was typed, how long it took and what it said."""

    words: tuple[str, ...]
    seconds: float
    said: str

    @property
    def typed(self) -> str:
        """Without the folders of this machine."""
        return " ".join(Path(word).name if "/" in word else word for word in self.words)

    @property
    def first_line(self) -> str:
        return " ".join(self.said.split("\n", 1)[0].strip("# ").split())


def run_step(root: Path, *words: str) -> Step:
    """Run a management command on the workspace; what it says goes on to the terminal as well."""
    from django.core.management import call_command

    out = io.StringIO()
    began = time.perf_counter()
    call_command(*words, "--root", str(root), stdout=out)
    step = Step(words, time.perf_counter() - began, out.getvalue())
    sys.stderr.write(f"$ {' '.join(words)}\n{step.said}\n")
    return step


def files_of(root: Path) -> dict[str, str]:
    """Hashes of everything but the state."""
    return {
        path.relative_to(root).as_posix(): sha256_of(path)
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.relative_to(root).parts[0] != "state"
    }


def counts_of(dialogues: Sequence[AnnotatedDialogue]) -> list[str]:
    """What is in the published folder, as a reader of it counts."""
    rows = []
    for split in Split:
        part = [item for item in dialogues if item.split is split]
        turns = [turn for item in part for turn in item.utterances]
        emotions = sum(turn.emotion is not None for turn in turns)
        strategies = sum(turn.strategy is not None for turn in turns)
        clips = sum(bool(turn.clip) for turn in turns)
        rows.append(f"| {split.value} | {len(part)} | {len(turns)} | {clips} | {emotions} | {strategies} |")
    return rows


def labels_of(dialogues: Sequence[AnnotatedDialogue], kind: str) -> str:
    """Labels of a kind with their counts, and who gave them."""
    labels = [
        label for item in dialogues for turn in item.utterances if (label := getattr(turn, kind)) is not None
    ]
    values = Counter(label.value.value for label in labels)
    givers = Counter(label.annotator for label in labels)
    told = ", ".join(f"{name} {count}" for name, count in values.most_common())
    return f"{told}; given by {', '.join(f'{name} {count}' for name, count in givers.most_common())}"


def read_back(folder: Path, cache: Path) -> list[AnnotatedDialogue]:
    """The published folder as `datasets.load_dataset` reads it, every named clip in its place."""
    import datasets

    datasets.disable_progress_bars()
    dialogues: list[AnnotatedDialogue] = dialogues_in(
        datasets.load_dataset(str(folder), cache_dir=str(cache))
    )
    for item in dialogues:
        for turn in item.utterances:
            if turn.clip and not (folder / turn.clip).is_file():
                raise SystemExit(f"{turn.clip} is not in the published folder.")
    return dialogues


def run(out: Path, mesc: Path, preset: str, note: str) -> str:
    """All commands, once for the work and once for nothing; the page's section."""
    root = out / "data"
    extract = ("dataset_extract", PLAYLIST)
    label_and_split = [("dataset_annotate", "--preset", preset), ("dataset_split",)]
    measure = [
        ("dataset_reference", "mesc", str(mesc)),
        (
            "dataset_agreement",
            "--reference",
            "mesc",
            "--split",
            "validation",
            "--labeller",
            "rules",
            "--save",
        ),
    ]
    publish = ("dataset_publish", "--name", NAME, "--licence", "cc0-1.0", "--consent", "Synthetic voices.")
    with served(out, films_in(out / "films")) as services:
        first = [run_step(root, *words) for words in (extract, *label_and_split, *measure, publish)]
        dialogues = read_back(Workspace(root).published / NAME, out / "cache")
        before, asked = files_of(root), dict(services.counts)
        again = [run_step(root, *words) for words in (extract, *label_and_split, publish)]
        if dict(services.counts) != asked or files_of(root) != before:
            raise SystemExit("The second run fetched or wrote something.")
    return section_of([*first, run_step(root, "dataset_status")], again, dialogues, note)


def section_of(
    first: Sequence[Step], again: Sequence[Step], dialogues: Sequence[AnnotatedDialogue], note: str
) -> str:
    """The figures as a page's section."""
    status = first[-1].said.rstrip()
    return "\n".join(
        [
            HEADING,
            "",
            f"Typed one after the other on the workspace of the section above. {note}".rstrip(),
            "",
            "| command | s | its first line |",
            "|---|---|---|",
            *(f"| `{step.typed}` | {step.seconds:.1f} | {step.first_line} |" for step in first),
            "",
            f"`datasets.load_dataset` reads {len(dialogues)} dialogues back, all clips in their place:",
            "",
            "| split | dialogues | turns | clips | emotions | strategies |",
            "|---|---|---|---|---|---|",
            *counts_of(dialogues),
            "",
            f"Emotions: {labels_of(dialogues, 'emotion')}.",
            "",
            f"Strategies: {labels_of(dialogues, 'strategy')}.",
            "",
            "`dataset_status` then says:",
            "",
            f"```\n{status}\n```",
            "",
            f"The four commands once more, {sum(step.seconds for step in again):.1f} s together: the video"
            " host and YouTube are asked nothing, no model is loaded, every file keeps its hash.",
            "",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mesc", type=Path, required=True, help="the CSV file in MESC's columns")
    parser.add_argument("--out", type=Path, default=BASE / "var" / "benchmark-playlist")
    parser.add_argument("--preset", default="packaged")
    parser.add_argument("--note", default="", help="what a reader should know of this run")
    parser.add_argument("--write", action="store_true", help=f"put it into {PAGE.relative_to(BASE)}")
    arguments = parser.parse_args()
    section = run(arguments.out, arguments.mesc, arguments.preset, arguments.note)
    sys.stdout.write(section)
    if arguments.write:
        kept = PAGE.read_text(encoding="utf-8").partition(HEADING)[0].rstrip()
        PAGE.write_text(f"{kept}\n\n{section}", encoding="utf-8")


if __name__ == "__main__":
    main()
