"""The transcript as rows, because people correct segments and evidence points at them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core.models import TimeStampedModel, UUIDModel
from sessions_app.models.session import TherapySession


class Source(models.TextChoices):
    """Where the words came from."""

    AUDIO = "audio"
    TYPED = "typed"


class Transcript(TimeStampedModel):
    """All that was said in a session; `gaps` and `speakers` have the API's shapes."""

    session = models.OneToOneField(TherapySession, on_delete=models.CASCADE, related_name="transcript")
    source = models.CharField(max_length=10, choices=Source, default=Source.AUDIO)
    language = models.CharField(max_length=8)
    duration_ms = models.BigIntegerField(default=0)
    engine = models.CharField(max_length=100, blank=True)
    model = models.CharField(max_length=200, blank=True)
    speech_ms = models.BigIntegerField(default=0)
    transcribed_ms = models.BigIntegerField(default=0)
    gaps = models.JSONField(default=list)
    speakers = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.pk)


class Segment(UUIDModel):
    """A passage by one speaker; the role is the speaker's, in `Transcript.speakers`."""

    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="segments")
    index = models.PositiveIntegerField()
    speaker = models.CharField(max_length=10)
    start_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    text = models.TextField()
    confidence = models.FloatField(default=1.0)
    words = models.JSONField(default=list)
    edited = models.BooleanField(default=False)

    class Meta:
        ordering = ["index", "start_ms"]
        indexes = [models.Index(fields=["transcript", "index"], name="segment_order")]

    def __str__(self) -> str:
        return str(self.pk)


class RevisionKind(models.TextChoices):
    """What a correction did."""

    EDIT = "edit"
    INSERT = "insert"
    MERGE = "merge"
    SPLIT = "split"
    REMOVE = "remove"
    SPEAKERS = "speakers"


class SegmentRevision(UUIDModel):
    """What a correction changed: the state before it, who made it, when.

    `segment_id` is empty for a change of the speakers' table, `before` for a new segment and
    `after` for one that was removed or merged into its neighbour.
    """

    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="revisions")
    kind = models.CharField(max_length=10, choices=RevisionKind)
    segment_id = models.UUIDField(null=True, blank=True)
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return str(self.pk)
