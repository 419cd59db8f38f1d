"""Transcripts: read, typed or pasted, corrected."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.serializers import StrictSerializer
from ml.schemas.transcript import SpeakerRole
from sessions_app.serializers.sessions import LANGUAGE_INVALID

ROLES = [(role.value, role.value) for role in SpeakerRole]
TEXT_MAX = 10_000
TYPED_MAX = 2_000_000
SEGMENTS_MAX = 20_000
DAY_MS = 24 * 3600 * 1000
SPEAKER = r"^S[1-9][0-9]?$"
SPEAKER_INVALID: Any = {"invalid": "A speaker is S1 to S99."}

Validated = dict[str, Any]


class WordSerializer(StrictSerializer):
    """A word with its times."""

    start_ms = serializers.IntegerField(min_value=0, max_value=DAY_MS)
    end_ms = serializers.IntegerField(min_value=0, max_value=DAY_MS)
    text = serializers.CharField(max_length=200, trim_whitespace=False)
    confidence = serializers.FloatField(min_value=0, max_value=1, required=False)


class SegmentSerializer(StrictSerializer):
    """A passage by one speaker."""

    id = serializers.UUIDField()
    index = serializers.IntegerField()
    speaker = serializers.CharField()
    role = serializers.ChoiceField(choices=ROLES)
    start_ms = serializers.IntegerField()
    end_ms = serializers.IntegerField()
    text = serializers.CharField()
    confidence = serializers.FloatField()
    words = WordSerializer(many=True)
    edited = serializers.BooleanField()
    original_text = serializers.CharField(
        allow_null=True, help_text="Of an edited segment: what it said first; null where it was put together."
    )


class SpeakerSerializer(StrictSerializer):
    """Who a speaker is taken to be, and how sure that is."""

    role = serializers.ChoiceField(choices=ROLES)
    role_confidence = serializers.FloatField(min_value=0, max_value=1, required=False)
    name = serializers.CharField(max_length=100, required=False, allow_blank=True)


class GapSerializer(StrictSerializer):
    """Speech without words."""

    start_ms = serializers.IntegerField(min_value=0)
    end_ms = serializers.IntegerField(min_value=0)


class CoverageSerializer(StrictSerializer):
    """How much of the heard speech has words."""

    speech_ms = serializers.IntegerField(min_value=0)
    transcribed_ms = serializers.IntegerField(min_value=0)
    gaps = GapSerializer(many=True)


class TranscriptSerializer(StrictSerializer):
    """The body of a transcript, as `ml.schemas.transcript.Transcript` writes it."""

    language = serializers.CharField()
    duration_ms = serializers.IntegerField()
    engine = serializers.CharField()
    model = serializers.CharField()
    segments = SegmentSerializer(many=True)
    speakers = serializers.DictField(child=SpeakerSerializer())
    coverage = CoverageSerializer()


class TypedSegmentSerializer(StrictSerializer):
    """A segment that somebody wrote; whatever else a transcript's body holds is read too."""

    id = serializers.CharField(required=False, max_length=100, help_text="Ignored: each gets a new id.")
    index = serializers.IntegerField(required=False, help_text="Ignored: the order counts.")
    speaker = serializers.RegexField(SPEAKER, required=False, error_messages=SPEAKER_INVALID)
    role = serializers.ChoiceField(choices=ROLES, required=False)
    start_ms = serializers.IntegerField(min_value=0, max_value=DAY_MS, required=False)
    end_ms = serializers.IntegerField(min_value=0, max_value=DAY_MS, required=False)
    text = serializers.CharField(max_length=TEXT_MAX)
    confidence = serializers.FloatField(min_value=0, max_value=1, required=False)
    words = WordSerializer(many=True, required=False)
    edited = serializers.BooleanField(required=False)
    original_text = serializers.CharField(
        max_length=TEXT_MAX, required=False, allow_null=True, help_text="Ignored."
    )

    def validate(self, attrs: Validated) -> Validated:
        """A segment does not end before it begins."""
        return _ordered(attrs)


class TypedTranscriptSerializer(StrictSerializer):
    """Either `text` (plain, SubRip or WebVTT) or `segments`, as GET answers them or shorter."""

    text = serializers.CharField(max_length=TYPED_MAX, required=False)
    filename = serializers.CharField(
        max_length=255, required=False, allow_blank=True, help_text="Its ending tells the format of `text`."
    )
    language = serializers.RegexField(
        r"^[a-z]{2,3}$", required=False, error_messages={"invalid": LANGUAGE_INVALID}
    )
    duration_ms = serializers.IntegerField(min_value=0, max_value=DAY_MS, required=False)
    engine = serializers.CharField(max_length=100, required=False, allow_blank=True)
    model = serializers.CharField(max_length=200, required=False, allow_blank=True)
    segments = serializers.ListField(
        child=TypedSegmentSerializer(), required=False, allow_empty=False, max_length=SEGMENTS_MAX
    )
    speakers = serializers.DictField(child=SpeakerSerializer(), required=False)
    coverage = CoverageSerializer(required=False)

    def validate(self, attrs: Validated) -> Validated:
        """One of the two forms, not both."""
        if ("text" in attrs) == ("segments" in attrs):
            raise serializers.ValidationError({"text": ["Give either text or segments."]})
        return attrs


class SegmentEditSerializer(StrictSerializer):
    """A corrected segment."""

    id = serializers.UUIDField()
    text = serializers.CharField(
        max_length=TEXT_MAX, required=False, allow_blank=True, help_text="Empty removes the segment."
    )
    speaker = serializers.RegexField(SPEAKER, required=False, error_messages=SPEAKER_INVALID)


class SpeakerEditSerializer(StrictSerializer):
    """A corrected speaker."""

    role = serializers.ChoiceField(choices=ROLES, required=False)
    name = serializers.CharField(max_length=100, required=False, allow_blank=True)


class SegmentInsertSerializer(StrictSerializer):
    """A segment that was missed."""

    start_ms = serializers.IntegerField(min_value=0, max_value=DAY_MS)
    end_ms = serializers.IntegerField(min_value=0, max_value=DAY_MS)
    speaker = serializers.RegexField(SPEAKER, error_messages=SPEAKER_INVALID)
    text = serializers.CharField(max_length=TEXT_MAX)

    def validate(self, attrs: Validated) -> Validated:
        """A segment does not end before it begins."""
        return _ordered(attrs)


class SegmentMergeSerializer(StrictSerializer):
    """Neighbouring segments that are one; the first keeps its id and speaker."""

    ids = serializers.ListField(child=serializers.UUIDField(), min_length=2, max_length=50)


class SegmentSplitSerializer(StrictSerializer):
    """A segment that is two; the first keeps the id."""

    id = serializers.UUIDField()
    offset = serializers.IntegerField(min_value=1, help_text="Characters of the text before the cut.")
    speaker = serializers.RegexField(
        SPEAKER, required=False, help_text="Who speaks after the cut; left out: the same.",
        error_messages=SPEAKER_INVALID,
    )  # fmt: skip


class TranscriptCorrectionSerializer(StrictSerializer):
    """Corrections, made all together or not at all: edits, then merges, splits, inserts, speakers."""

    segments = serializers.ListField(child=SegmentEditSerializer(), required=False, max_length=SEGMENTS_MAX)
    speakers = serializers.DictField(child=SpeakerEditSerializer(), required=False)
    insert = serializers.ListField(child=SegmentInsertSerializer(), required=False, max_length=500)
    merge = serializers.ListField(child=SegmentMergeSerializer(), required=False, max_length=500)
    split = serializers.ListField(child=SegmentSplitSerializer(), required=False, max_length=500)


def _ordered(attrs: Validated) -> Validated:
    if attrs.get("end_ms", attrs.get("start_ms", 0)) < attrs.get("start_ms", 0):
        raise serializers.ValidationError({"end_ms": ["Must not be before start_ms."]})
    return attrs
