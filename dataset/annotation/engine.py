"""One turn to its labels: prompt, call, parse, one repair, else quarantine. Every call is booked."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dataset.annotation.config import AnnotationConfig, ModelChoice
from dataset.annotation.jobs import LABEL_STAGE, Job
from dataset.annotation.labelling import LANGUAGE
from dataset.annotation.parsing import Answer, answer_schema, labels_of
from dataset.annotation.prompts import messages_for, prompt_identity
from dataset.annotation.queues import ModelSlot
from dataset.annotation.routing import ModelKind
from dataset.backoff import with_backoff
from dataset.errors import Quarantine, TransientService
from dataset.ledger import Ledger
from ml.errors import ErrorCode, MLError, TransientError
from ml.llm.base import GenerationOptions
from ml.llm.structured import repair_request
from ml.multimodal.base import Clip
from ml.schemas.base import Record
from ml.schemas.chat import ChatMessage, ChatResponse
from ml.schemas.dialogue import Utterance
from ml.schemas.labels import EmotionLabel, StrategyLabel
from ml.schemas.transcript import SpeakerRole

_CHARS_PER_TOKEN = 3
"""Fewer than English needs, so that estimates are upper bounds."""


class TurnLabels(Record):
    """The labels of one turn as kept in labels/<index>.json; `route_reason` says why its model. A label
    is None where the labeller was not sure enough of it."""

    utterance_id: str
    emotion: EmotionLabel | None = None
    strategy: StrategyLabel | None = None
    route: str
    route_reason: str


@dataclass(frozen=True, slots=True)
class Labelled:
    """What one turn got and what it cost, failed attempts included."""

    labels: TurnLabels
    cost_usd: Decimal


class AnnotationEngine:
    """Asks the models of a configuration.

    Args:
        config: models, prices, attempts.
        ledger: every request is booked here, answered or not; it stops the run at the budget.
        slot: where models are loaded.
        clip_uris: the address of the data set's root where a cloud model can read clips itself
            ("gs://bucket/folder"); empty sends their bytes.
        sleep: waits between attempts.
    """

    def __init__(
        self,
        config: AnnotationConfig,
        ledger: Ledger,
        slot: ModelSlot,
        *,
        clip_uris: str = "",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._config = config
        self._ledger = ledger
        self._slot = slot
        self._clip_uris = clip_uris.rstrip("/")
        self._sleep = sleep

    def label(self, job: Job, choice: ModelChoice) -> Labelled:
        """The labels of a job.

        Raises:
            Quarantine: `answer_refused`, `answer_invalid` after one repair, `request_refused`,
                `label_withheld` by a labeller that is sure of none, `language_unsupported`, or what
                makes the turn itself unfit.
            TransientService: every attempt failed; the next run tries again.
            BudgetReached: the next call might cost more than what is left.
            PermanentError: `model_not_available`.
        """
        emotion, strategy = job.rules
        cost = Decimal(0)
        if choice.reads_dialogues:
            told = self._labelled(job, choice)
            emotion, strategy = emotion or told.emotion, strategy or told.strategy
        elif emotion is None or (strategy is None and job.utterance.role is SpeakerRole.THERAPIST):
            asked_emotion, asked_strategy, cost = self._answer(job, choice)
            emotion, strategy = emotion or asked_emotion, strategy or asked_strategy
        if emotion is None and strategy is None:
            raise Quarantine("The labeller is sure of no label of this turn.", "label_withheld")
        labels = TurnLabels(
            utterance_id=job.utterance.id,
            emotion=emotion,
            strategy=strategy,
            route=job.route.kind.value,
            route_reason=job.route.reason,
        )
        return Labelled(labels, cost)

    def _labelled(self, job: Job, choice: ModelChoice) -> Utterance:
        """The turn with what a labeller, having read the whole dialogue, is sure of."""
        if job.unfit is not None and not job.utterance.text.strip():
            raise job.unfit
        if job.dialogue.language.partition("-")[0] != LANGUAGE:
            raise Quarantine("The labeller reads English only.", "language_unsupported")
        turn: Utterance = self._slot.model(choice).turn(job.dialogue, job.utterance.id)
        return turn

    def _answer(self, job: Job, choice: ModelChoice) -> tuple[EmotionLabel, StrategyLabel | None, Decimal]:
        """The model's labels, after one repair if need be, and what they cost."""
        if job.window is None:
            raise job.unfit or Quarantine("The turn cannot be put into a prompt.", "turn_unfit")
        # Where a rule tells the strategy, the model is asked as for a client's turn.
        role = SpeakerRole.OTHER if job.rules.strategy else job.utterance.role
        schema = answer_schema(role, choice.form)
        messages = messages_for(job.route.kind, choice.form, job.window)
        cost = Decimal(0)
        for repair in (False, True):
            answer, paid = self._ask(job, choice, messages, schema)
            cost += paid
            if answer.finish_reason.startswith("refused"):
                raise Quarantine(f"The model blocked its answer ({answer.finish_reason}).", "answer_refused")
            try:
                emotion, strategy = labels_of(
                    answer.text,
                    schema,
                    annotator=choice.model,
                    prompt_version=prompt_identity(job.route.kind, choice.form),
                    stated=choice.confidence,
                )
            except ValueError:
                if not repair:
                    messages = repair_request(messages, answer, schema)
                continue
            return emotion, strategy, cost
        kind = "blank" if not answer.text.strip() else "not one of the known labels as JSON"
        raise Quarantine(f"After one repair the model's answer was {kind}.", "answer_invalid")

    def estimate(self, job: Job, choice: ModelChoice) -> Decimal:
        """The most one call for this job may cost."""
        if job.window is None:
            return Decimal(0)
        messages = messages_for(job.route.kind, choice.form, job.window)
        return self._most(job, choice, messages)

    def _ask(
        self, job: Job, choice: ModelChoice, messages: Sequence[ChatMessage], schema: type[Answer]
    ) -> tuple[ChatResponse, Decimal]:
        """One answer, after as many attempts as the service needs and the configuration allows."""
        options = GenerationOptions(max_tokens=choice.max_answer_tokens)
        price = self._config.price(choice)
        most = self._most(job, choice, messages)
        model = self._slot.model(choice)
        seen: dict[str, Any] = {}
        if job.route.kind is ModelKind.VIDEO and job.route.clip is not None:
            uri = f"{self._clip_uris}/{job.utterance.clip}" if self._clip_uris else ""
            seen["clip"] = Clip(job.route.clip, uri)

        def attempt() -> ChatResponse:
            self._ledger.check(most)
            try:
                answer: ChatResponse = model.complete(messages, options, schema, **seen)
            except MLError as error:
                if error.code is not ErrorCode.UNSUPPORTED_MEDIA:  # that one never left this machine
                    self._book(job, choice)
                raise _ours(error) from error
            self._book(job, choice, answer)
            return answer

        answer = with_backoff(
            attempt,
            attempts=self._config.attempts,
            base_s=self._config.base_s,
            max_s=self._config.max_s,
            sleep=self._sleep,
        )
        return answer, price.usd(answer.usage.prompt_tokens, answer.usage.completion_tokens)

    def _book(self, job: Job, choice: ModelChoice, answer: ChatResponse | None = None) -> None:
        read, written = (
            (answer.usage.prompt_tokens, answer.usage.completion_tokens) if answer is not None else (0, 0)
        )
        self._ledger.spend(
            job.item,
            LABEL_STAGE,
            choice.backend,
            choice.model,
            calls=1,
            input_units=read,
            output_units=written,
            usd=self._config.price(choice).usd(read, written),
        )

    def _most(self, job: Job, choice: ModelChoice, messages: Sequence[ChatMessage]) -> Decimal:
        price = self._config.price(choice)
        characters = sum(len(message.content) for message in messages)
        watched_s = 0
        if job.route.kind is ModelKind.VIDEO:
            watched_s = -((job.utterance.start_ms - job.utterance.end_ms) // 1000)
        read = characters // _CHARS_PER_TOKEN + watched_s * price.clip_tokens_per_second
        return price.usd(read, choice.max_answer_tokens)


def _ours(error: MLError) -> Exception:
    """What the run does about an engine's error: wait, quarantine the turn, or stop."""
    if isinstance(error, TransientError):
        return TransientService(str(error), error.retry_after_s)
    if error.code in {ErrorCode.VALIDATION_ERROR, ErrorCode.UNSUPPORTED_MEDIA}:
        return Quarantine(str(error), "request_refused")
    return error
