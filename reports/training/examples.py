"""From one signed report to its examples: the wording of claims, and the corrected dialogue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from ml.deidentify.entities import EntityRecognizer
from ml.deidentify.redact import Redactor, leaks
from ml.reporting.wording_example import wording_example
from ml.schemas.chat import ChatMessage
from ml.schemas.dialogue import AnnotatedDialogue, Source, Utterance
from ml.schemas.report import ClaimState
from ml.schemas.training import ExampleTask, Lineage, TrainingExample
from ml.schemas.transcript import Transcript
from reports.models import Claim, Report
from reports.training.people import keyed, known_identifiers, split_of
from sessions_app.services.transcripts import transcript_record

LANGUAGE = "en"
"""The only language whose names and places can be found here; sessions in others are left out."""


class SessionExamples:
    """What one signed report can teach, de-identified; whatever still leaks is left out.

    `left_out` counts what does not go along, by reason, while `wording` and `dialogue` are read.
    """

    def __init__(self, report: Report, entities: EntityRecognizer) -> None:
        self._report = report
        self._known = known_identifiers(report.session)
        self._redact = Redactor(self._known, entities, self._texts())
        self._subject = keyed("patient", report.session.patient_id)
        self._session = keyed("session", report.session_id)
        self.left_out: Counter[str] = Counter()

    def wording(self) -> Iterator[TrainingExample]:
        """One example for each signed sentence that rests on one quote and says just that."""
        if not self._readable:
            return
        roles = {segment.id: segment.role for segment in self._transcript.segments}
        for claim in self._report.claims.filter(removed=False):
            role = roles.get(claim.evidence[0]["segment"]) if len(claim.evidence) == 1 else None
            if role is None or claim.state == ClaimState.UNSUPPORTED:
                self.left_out["sentence without one quote"] += 1
                continue
            messages = wording_example(role, claim.evidence[0]["quote"], claim.text, self._redact)
            if messages is None:
                self.left_out["sentence that teaches nothing"] += 1
            elif self._leaks(messages):
                self.left_out["identifier left"] += 1
            else:
                yield self._example(claim, messages)

    def dialogue(self) -> AnnotatedDialogue | None:
        """The transcript as people corrected it, or None where it may not go along."""
        if not self._readable:
            self.left_out["language"] += 1
            return None
        segments = self._transcript.segments
        texts = [self._redact(segment.text) for segment in segments]
        if any(leaks(text, self._known) for text in texts):
            self.left_out["identifier left"] += 1
            return None
        return AnnotatedDialogue(
            id=self._session,
            source=Source(
                dataset="platform", source_id=self._subject, licence="patient's consent: training_use"
            ),
            language=self._transcript.language,
            split=split_of(self._subject),
            utterances=[
                Utterance(
                    id=f"{self._session}-{index}",
                    index=index,
                    speaker=segment.speaker,
                    role=segment.role,
                    start_ms=segment.start_ms,
                    end_ms=segment.end_ms,
                    text=text,
                )
                for index, (segment, text) in enumerate(zip(segments, texts, strict=True))
            ],
        )

    @cached_property
    def _transcript(self) -> Transcript:
        return transcript_record(self._report.session.transcript)

    def _texts(self) -> Iterator[str]:
        yield from (segment.text for segment in self._transcript.segments)
        yield from self._report.claims.values_list("text", flat=True)

    @property
    def _readable(self) -> bool:
        return self._report.session.transcript.language == LANGUAGE

    def _leaks(self, messages: list[ChatMessage]) -> bool:
        # The system message is the prompt's own text, the same for everybody.
        return any(leaks(message.content, self._known) for message in messages if message.role != "system")

    def _example(self, claim: Claim, messages: list[ChatMessage]) -> TrainingExample:
        report = self._report
        return TrainingExample(
            id=keyed("claim", claim.pk),
            task=ExampleTask.WORDING,
            messages=messages,
            split=split_of(self._subject),
            lineage=Lineage(
                subject=self._subject,
                session=self._session,
                report_version=report.version,
                engine=report.engine,
                model=report.model,
                prompt_version=report.prompt_version,
                changed=claim.text != claim.draft_text,
            ),
        )
