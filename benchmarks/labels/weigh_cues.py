"""How often each cue of `ml.labelling.cues` is right, on MESC's training dialogues.

The shares (with one hit and one miss added) are the confidences in that file; a cue that is right
less often than its strategy would be anyway is struck.

Usage: python -m benchmarks.labels.weigh_cues mesc_train_val.csv
"""

from __future__ import annotations

import sys
from pathlib import Path

from ml.corpora.mesc import read_mesc
from ml.labelling.cues import CUES
from ml.labelling.tasks import Task, reference_items
from ml.schemas.dialogue import Split


def main() -> None:
    """Print the table."""
    train = [item for item in read_mesc(Path(sys.argv[1])) if item.split is Split.TRAIN]
    items = reference_items(Task.STRATEGY, train)
    texts = [train[number].utterances[place].text for number, place in items.places]
    print(f"{'cue':22} {'strategy':20} {'turns':>6} {'right':>6} {'base':>6}")
    for cue in CUES:
        hits = [truth for truth, text in zip(items.truth, texts, strict=True) if cue.pattern.search(text)]
        right = (hits.count(cue.strategy.value) + 1) / (len(hits) + 2)
        base = items.truth.count(cue.strategy.value) / len(items.truth)
        print(f"{cue.name:22} {cue.strategy.value[:20]:20} {len(hits):6} {right:6.2f} {base:6.2f}")


if __name__ == "__main__":
    main()
