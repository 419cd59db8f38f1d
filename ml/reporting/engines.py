"""The engines a drafter uses, each loaded when first asked for and kept for the process."""

from __future__ import annotations

import logging
import threading
from typing import Any

from ml.errors import BackendNotInstalled
from ml.evidence.embedding import SentenceEmbedder
from ml.evidence.risk.encoder import RiskScorer
from ml.llm.backends import build_chat_model
from ml.llm.base import ChatModel
from ml.reporting.options import DraftingOptions
from ml.weights.store import WeightStore

logger = logging.getLogger(__name__)

_NEEDS_MODELS_DIR = frozenset({"packaged_gguf"})


class Engines:
    """Holds the sentence embedder and the chat model of one process; safe for threads."""

    def __init__(self, options: DraftingOptions) -> None:
        self._options = options
        self._lock = threading.Lock()
        self._embedder: SentenceEmbedder | None = None
        self._embedder_sought = False
        self._risk_scorer: RiskScorer | None = None
        self._risk_scorer_sought = False
        self._chat_model: ChatModel | None = None

    def embedder(self) -> SentenceEmbedder | None:
        """The sentence embedder, or None where its weights are missing: the rules stand alone."""
        with self._lock:
            if not self._embedder_sought:
                self._embedder_sought = True
                try:
                    from ml.evidence.embedding import MiniLMEmbedder

                    self._embedder = MiniLMEmbedder(WeightStore(self._options.models_dir).path("minilm"))
                except (BackendNotInstalled, ImportError):
                    logger.warning("Sentence embeddings are not installed; cue rules stand alone.")
            return self._embedder

    def risk_scorer(self) -> RiskScorer | None:
        """The trained risk encoder, or None where its weights are missing: word rules stand alone."""
        with self._lock:
            if not self._risk_scorer_sought:
                self._risk_scorer_sought = True
                try:
                    from ml.evidence.risk.encoder import RiskEncoder

                    folder = WeightStore(self._options.models_dir).path("risk-encoder")
                    self._risk_scorer = RiskEncoder(folder)
                except (BackendNotInstalled, ImportError):
                    logger.warning("The risk encoder is not installed; word rules stand alone.")
            return self._risk_scorer

    def chat_model(self) -> ChatModel:
        """The chat model of the options.

        Raises:
            BackendNotInstalled: its library or weights are missing. Asked again, it looks again:
                they may have been fetched in the meantime.
        """
        with self._lock:
            if self._chat_model is None:
                arguments: dict[str, Any] = dict(self._options.backend_options)
                if self._options.backend in _NEEDS_MODELS_DIR:
                    arguments.setdefault("models_dir", self._options.models_dir)
                self._chat_model = build_chat_model(self._options.backend, **arguments)
            return self._chat_model

    def close(self) -> None:
        """Release the chat model; the next draft loads it again."""
        with self._lock:
            model, self._chat_model = self._chat_model, None
        if model is not None:
            model.close()
