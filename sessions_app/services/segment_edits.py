"""A transcript's segments while they are corrected, in memory, with a revision for each change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn
from uuid import UUID, uuid4

from accounts.models import Therapist
from core.errors import ApplicationError
from sessions_app.models import RevisionKind, Segment, SegmentRevision, Transcript
from sessions_app.services.gaps import gaps_without
from sessions_app.services.word_times import words_realign


class SegmentEdits:
    """Takes corrections one after another; nothing is written here.

    `segments` is the order they leave in, `changed` holds every segment whose words or speaker
    are not what they were (also removed ones), `revisions` what to keep of the state before.
    """

    def __init__(self, transcript: Transcript, segments: list[Segment], editor: Therapist) -> None:
        self.transcript = transcript
        self.original = tuple(segments)
        self.segments = segments
        self.editor = editor
        self.changed: set[UUID] = set()
        self.revisions: list[SegmentRevision] = []
        self._edited: set[UUID] = set()
        self._present = {segment.pk: segment for segment in segments}

    def edit(self, segment_id: UUID, *, text: str | None, speaker: str | None) -> None:
        """Change the words or the speaker of a segment; an empty text removes it."""
        if segment_id in self._edited:
            _refuse("segments", "A segment is named twice.")
        self._edited.add(segment_id)
        segment = self._find("segments", segment_id)
        if text == "":
            self._remove(segment)
            self._note(RevisionKind.REMOVE, segment_id, before=_state(segment))
            return
        before = _state(segment)
        if text is not None and text != segment.text:
            segment.words = words_realign(segment.words, text, segment.start_ms, segment.end_ms)
            segment.text = text
        if speaker is not None:
            segment.speaker = self._speaker(speaker)
        if _state(segment) != before:
            segment.edited = True
            self._note(RevisionKind.EDIT, segment_id, before=before, after=_state(segment))

    def merge(self, ids: Sequence[UUID]) -> None:
        """Make neighbouring segments one, under the id and speaker of the first."""
        rows = [self._find("merge", segment_id) for segment_id in ids]
        first = self.segments.index(rows[0])
        if self.segments[first : first + len(rows)] != rows:
            _refuse("merge", "Only segments that follow each other can be merged, in their order.")
        head, tail = rows[0], rows[1:]
        before = _state(head)
        for row in tail:
            self._note(RevisionKind.MERGE, row.pk, before=_state(row))
            self._remove(row)
        head.text = " ".join(row.text for row in rows)
        head.words = [word for row in rows for word in row.words] if all(row.words for row in rows) else []
        head.end_ms = max(row.end_ms for row in rows)
        head.confidence = min(row.confidence for row in rows)
        head.edited = True
        self._note(RevisionKind.MERGE, head.pk, before=before, after=_state(head))

    def split(self, segment_id: UUID, *, offset: int, speaker: str | None) -> None:
        """Make one segment two, before the character `offset` of its text."""
        head = self._find("split", segment_id)
        left, right = head.text[:offset].rstrip(), head.text[offset:].lstrip()
        if not left or not right:
            _refuse("split", "The cut must leave words on both sides.")
        before = _state(head)
        words = words_realign(head.words, f"{left} {right}", head.start_ms, head.end_ms)
        cut = len(left.split())
        if words:
            left_end, right_start = words[cut - 1]["end_ms"], words[cut]["start_ms"]
        else:
            share = len(left) / (len(left) + len(right))
            left_end = right_start = head.start_ms + round((head.end_ms - head.start_ms) * share)
        tail = Segment(
            id=uuid4(),
            transcript=self.transcript,
            index=-1,
            speaker=self._speaker(speaker) if speaker else head.speaker,
            start_ms=right_start,
            end_ms=head.end_ms,
            text=right,
            confidence=head.confidence,
            words=words[cut:],
            edited=True,
        )
        head.text, head.words, head.end_ms, head.edited = left, words[:cut], left_end, True
        self._place(self.segments.index(head) + 1, tail)
        self._note(RevisionKind.SPLIT, head.pk, before=before, after=_state(head))
        self._note(RevisionKind.SPLIT, tail.pk, after=_state(tail))

    def insert(self, *, start_ms: int, end_ms: int, speaker: str, text: str) -> None:
        """Add a segment that was missed, after those that begin before it or with it."""
        duration = self.transcript.duration_ms
        if duration and end_ms > duration:
            _refuse("insert", "The segment ends after the recording.")
        row = Segment(
            id=uuid4(),
            transcript=self.transcript,
            index=-1,
            speaker=self._speaker(speaker),
            start_ms=start_ms,
            end_ms=end_ms,
            text=text,
            confidence=1.0,
            words=[],
            edited=True,
        )
        later = (place for place, other in enumerate(self.segments) if other.start_ms > start_ms)
        self._place(next(later, len(self.segments)), row)
        gaps, filled = gaps_without(self.transcript.gaps, start_ms, end_ms)
        self.transcript.gaps = gaps
        self.transcript.transcribed_ms += filled
        self._note(RevisionKind.INSERT, row.pk, after=_state(row))

    def rename(self, speakers: Mapping[str, Mapping[str, Any]]) -> None:
        """Change who a speaker is; a role that a person gives is certain."""
        before = {name: dict(value) for name, value in self.transcript.speakers.items()}
        for name, change in speakers.items():
            if name not in self.transcript.speakers:
                _refuse("speakers", "This speaker is not in the transcript.")
            speaker = dict(self.transcript.speakers[name])
            if "role" in change and change["role"] != speaker["role"]:
                self.changed.update(row.pk for row in self.segments if row.speaker == name)
            if "role" in change:
                speaker.update(role=change["role"], role_confidence=1.0)
            if "name" in change:
                speaker["name"] = change["name"]
            self.transcript.speakers[name] = speaker
        if self.transcript.speakers != before:
            self._note(RevisionKind.SPEAKERS, None, before=before, after=dict(self.transcript.speakers))

    def check(self) -> None:
        """Refuse what would leave no transcript."""
        if not self.segments:
            _refuse("segments", "A transcript keeps at least one segment.")

    def _find(self, field: str, segment_id: UUID) -> Segment:
        segment = self._present.get(segment_id)
        if segment is None:
            _refuse(field, "This segment is not in the transcript.")
        return segment

    def _remove(self, segment: Segment) -> None:
        self.segments.remove(segment)
        del self._present[segment.pk]

    def _place(self, position: int, segment: Segment) -> None:
        self.segments.insert(position, segment)
        self._present[segment.pk] = segment

    def _speaker(self, name: str) -> str:
        if name not in self.transcript.speakers:
            self.transcript.speakers[name] = {"role": "other", "role_confidence": 0.0, "name": ""}
        return name

    def _note(
        self,
        kind: RevisionKind,
        segment_id: UUID | None,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        if segment_id is not None:
            self.changed.add(segment_id)
        self.revisions.append(
            SegmentRevision(
                transcript=self.transcript,
                kind=kind,
                segment_id=segment_id,
                editor=self.editor,
                before=dict(before or {}),
                after=dict(after or {}),
            )
        )


def _state(row: Segment) -> dict[str, Any]:
    return {"text": row.text, "speaker": row.speaker, "start_ms": row.start_ms, "end_ms": row.end_ms}


def _refuse(field: str, reason: str) -> NoReturn:
    raise ApplicationError("validation_error", errors={field: [reason]})
