"""Trains the light labeller."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from dataset.management.command import DatasetCommand
from ml.errors import MLError
from ml.labelling.light import FOLDER
from ml.schemas.dialogue import AnnotatedDialogue, Split


class Command(DatasetCommand):
    help = (
        "Train the labeller that runs on a CPU, on the training dialogues of a MESC file or of a JSONL "
        "of dialogues. The weights hold no words; MESC states no licence, so they stay on this machine."
    )
    example = """
example:
  python manage.py dataset_train_labeller --mesc mesc_train_val.csv
"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        data = parser.add_mutually_exclusive_group(required=True)
        data.add_argument("--mesc", type=Path, help="a CSV file in MESC's columns")
        data.add_argument("--jsonl", type=Path, help="labelled dialogues, one on each line")
        parser.add_argument("--out", type=Path, default=Path(settings.MODELS_DIR) / FOLDER)

    def handle(self, *args: Any, **options: Any) -> None:
        from dataset.collection import read_jsonl
        from dataset.errors import DatasetError
        from dataset.manifest import sha256_of
        from ml.corpora.mesc import read_mesc
        from ml.evidence.embedding import MiniLMEmbedder
        from ml.labelling.heads import save_heads
        from ml.labelling.training import train_heads
        from ml.weights.store import WeightStore

        file = options["mesc"] or options["jsonl"]
        try:
            dialogues = read_mesc(file) if options["mesc"] else read_jsonl(file)
            train = [item for item in dialogues if item.split in (Split.TRAIN, None)]
            self.stdout.write(f"{len(train)} training dialogues of {len(dialogues)}")
            embedder = MiniLMEmbedder(WeightStore(Path(settings.MODELS_DIR)).path("minilm"))
            heads = train_heads(train, embedder, self.stdout.write)
            facts = {"file": file.name, "sha256": sha256_of(file), **_facts(train)}
            save_heads(options["out"], heads, facts)
        except (DatasetError, MLError) as error:
            raise CommandError(f"{error.code}: {error}", returncode=2) from None
        except ImportError as error:
            raise CommandError(f"{error.name} is not installed: make setup-dev", returncode=2) from None
        except (ValueError, OSError) as error:
            raise CommandError(str(error), returncode=2) from None
        self.stdout.write(f"written: {options['out']}")


def _facts(train: list[AnnotatedDialogue]) -> dict[str, Any]:
    return {
        "dialogues": len(train),
        "licences": sorted({item.source.licence for item in train}),
        "embedder": "minilm",
    }
