"""How near written replies are to the therapist's own, and how likely the model finds those."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from statistics import fmean

import numpy as np

from finetune.base_model import Loaded
from finetune.errors import FinetuneError, FinetuneErrorCode
from finetune.examples import Example
from finetune.inference import Sampling, reply
from finetune.tokens import encode_examples
from ml.errors import MLError
from ml.evidence.embedding import SentenceEmbedder
from ml.llm.base import ChatModel, GenerationOptions
from ml.prompts.library import load
from ml.schemas.base import Record

MAX_REPLY_TOKENS = 64
logger = logging.getLogger(__name__)


class ResponseScores(Record):
    """Means over replies: BLEU-2, ROUGE-L and embedding cosine 0 to 1; `judge` 1 to 5 if there was one.

    `perplexity` is of the reference replies, per token, given what was said before.
    """

    items: int
    bleu2: float
    rouge_l: float
    embedding_similarity: float | None
    perplexity: float
    judge: float | None = None
    judged: int = 0


class Verdict(Record):
    """A judge model's mark: 1 harmful or beside the point, 5 what a good therapist might say."""

    mark: int


def evaluate_responses(
    loaded: Loaded,
    examples: Sequence[Example],
    *,
    embedder: SentenceEmbedder | None,
    judge: ChatModel | None = None,
    max_tokens: int = 1024,
    say: Callable[[str], None] = lambda _: None,
) -> ResponseScores:
    """Write the last turn of each example and compare it with the therapist's.

    Raises:
        FinetuneError: split_empty: there is nothing to write.
    """
    if not examples:
        raise FinetuneError(FinetuneErrorCode.SPLIT_EMPTY, "There is no therapist's turn to write.")
    wanted = [example.messages[-1].content for example in examples]
    written = []
    for number, example in enumerate(examples, start=1):
        written.append(reply(loaded, example.messages[:-1], Sampling(max_tokens=MAX_REPLY_TOKENS)))
        say(f"{number}/{len(examples)} replies")
    marks = [_mark(judge, example, text) for example, text in zip(examples, written, strict=True)]
    given = [mark for mark in marks if mark is not None]
    return ResponseScores(
        items=len(examples),
        bleu2=bleu2(written, wanted),
        rouge_l=rouge_l(written, wanted),
        embedding_similarity=similarity(embedder, written, wanted) if embedder else None,
        perplexity=perplexity(loaded, examples, max_tokens),
        judge=fmean(given) if given else None,
        judged=len(given),
    )


def bleu2(written: Sequence[str], wanted: Sequence[str]) -> float:
    """Corpus BLEU of one and two words (sacrebleu), 0 to 1."""
    from sacrebleu.metrics.bleu import BLEU

    metric = BLEU(max_ngram_order=2, lowercase=True)
    return float(metric.corpus_score(list(written), [list(wanted)]).score) / 100


def rouge_l(written: Sequence[str], wanted: Sequence[str]) -> float:
    """The mean F of the longest common subsequence (rouge-score, stemmed)."""
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rougeL"], use_stemmer=True)
    return fmean(
        scorer.score(target, text)["rougeL"].fmeasure for text, target in zip(written, wanted, strict=True)
    )


def similarity(embedder: SentenceEmbedder, written: Sequence[str], wanted: Sequence[str]) -> float:
    """The mean cosine of the sentence embeddings; an empty reply counts 0."""
    one = embedder.embed([text or "." for text in written])
    other = embedder.embed(list(wanted))
    cosines = np.sum(one * other, axis=1) * np.array([bool(text) for text in written])
    return float(cosines.mean())


def perplexity(loaded: Loaded, examples: Sequence[Example], max_tokens: int) -> float:
    """exp of the mean negative log-likelihood over all learnt tokens."""
    import torch

    from finetune.trainer import answer_loss

    total, count = 0.0, 0
    with torch.no_grad():
        for row in encode_examples(loaded.tokenizer, examples, max_tokens):
            inputs = {
                "input_ids": torch.tensor([row.input_ids], device=loaded.model.device),
                "labels": torch.tensor([row.labels], device=loaded.model.device),
            }
            total += answer_loss(loaded.model, inputs, 1).item()
            count += row.learnt
    return math.exp(min(total / max(count, 1), 700.0))


def _mark(judge: ChatModel | None, example: Example, text: str) -> int | None:
    """The judge's mark; None without a judge, or where it gave none that can be read."""
    if judge is None:
        return None
    said = "\n".join(f"{message.role}: {message.content}" for message in example.messages[1:-1])
    try:
        verdict = judge.structured(
            load("judge_reply").render(conversation=said, reply=text),
            Verdict,
            GenerationOptions(max_tokens=32),
        )
    except MLError as error:
        logger.warning("The judge gave no mark: %s.", error.code.value)
        return None
    return verdict.mark if 1 <= verdict.mark <= 5 else None
