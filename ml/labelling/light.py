"""The light labeller: packaged sentence embeddings, hashed words and linear heads; CPU, no torch.

English only, as its embeddings are. Its weights are trained by `ml.labelling.training`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ml.evidence.embedding import MiniLMEmbedder, SentenceEmbedder
from ml.labelling.chains import Rows, foretold, smoothed
from ml.labelling.heads import Head, load_heads
from ml.labelling.tasks import Answer, Answers, Task
from ml.labelling.turns import Turns, Vectors, embedded, read_turns
from ml.schemas.dialogue import AnnotatedDialogue
from ml.weights.store import WeightStore

FOLDER = "light-labeller"
"""Where its weights lie in the models' folder unless said otherwise."""


class LightLabeller:
    """Labels the turns of whole dialogues.

    Args:
        models_dir: the models' folder with ``minilm``.
        folder: its own weights; `models_dir`/light-labeller by default.
        abstain: withhold answers below the threshold that training chose; without, answer always.
        embedder: instead of MiniLM, when its weights were trained on another.

    Raises:
        BackendNotInstalled: MiniLM or its own weights are missing; the sentence says how to get them.
    """

    name = "light"

    def __init__(
        self,
        models_dir: Path,
        folder: Path | None = None,
        *,
        abstain: bool = True,
        embedder: SentenceEmbedder | None = None,
    ) -> None:
        self._heads = load_heads(folder or models_dir / FOLDER)
        self._embedder = embedder or MiniLMEmbedder(WeightStore(models_dir).path("minilm"))
        self._abstain = abstain

    def answer(self, task: Task, dialogues: Sequence[AnnotatedDialogue]) -> Answers:
        """See `ml.labelling.tasks.Labeller`."""
        answers: Answers = [[None] * len(dialogue.utterances) for dialogue in dialogues]
        head = self._heads[task]
        vectors = embedded(dialogues, self._embedder)
        turns = read_turns(task, dialogues, vectors)
        if not turns.places:
            return answers
        for row, (number, place) in zip(
            self._rows(task, dialogues, vectors, turns), turns.places, strict=True
        ):
            best = int(row.argmax())
            if not self._abstain or row[best] >= head.threshold:
                answers[number][place] = Answer(head.labels[best], float(row[best]))
        return answers

    def _rows(
        self, task: Task, dialogues: Sequence[AnnotatedDialogue], vectors: Vectors, turns: Turns
    ) -> Rows:
        head = self._heads[task]
        if task is not Task.NEXT_STRATEGY:
            return head.tempered(marginals(head, turns))
        # What was seen of the turns before is read as the labelling task reads it.
        seen = self._heads[Task.STRATEGY].emissions(read_turns(Task.STRATEGY, dialogues, vectors))
        return head.tempered(foretold(head.emissions(turns), seen, turns.chains, head.lift))


def marginals(head: Head, turns: Turns) -> Rows:
    """Distributions of seen turns, each informed by the turns of its chain."""
    return smoothed(head.emissions(turns), turns.chains, head.lift)
