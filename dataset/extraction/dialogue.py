"""Transcript and clips become the record that is annotated: one dialogue, no labels yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dataset.extraction.config import ExtractionConfig
from dataset.extraction.playlists import PlaylistVideo
from dataset.extraction.turns import Turn
from dataset.workspace import VideoFolder
from ml.schemas.dialogue import AnnotatedDialogue, Source, Utterance
from ml.schemas.transcript import Transcript

DATASET = "youtube"


def dialogue_of(
    config: ExtractionConfig,
    folder: VideoFolder,
    video: PlaylistVideo,
    *,
    transcript: Transcript,
    turns: Sequence[Turn],
    clips: Mapping[int, str],
    source_sha256: str,
) -> AnnotatedDialogue:
    """The dialogue of a video; `clips` maps the index of a turn to its clip's path from ROOT."""
    return AnnotatedDialogue(
        id=video.id,
        source=Source(
            dataset=DATASET,
            source_id=video.id,
            playlist=folder.playlist,
            title=video.title,
            url=config.watch_url.format(video=video.id),
            licence=video.licence,
            sha256=source_sha256,
        ),
        language=transcript.language,
        utterances=[
            Utterance(
                id=f"{video.id}-{index:04d}",
                index=index,
                speaker=turn.speaker,
                role=turn.role,
                role_confidence=_confidence(transcript, turn.speaker),
                start_ms=turn.start_ms,
                end_ms=turn.end_ms,
                text=turn.text,
                clip=clips.get(index, ""),
            )
            for index, turn in enumerate(turns)
        ],
    )


def _confidence(transcript: Transcript, speaker: str) -> float:
    known = transcript.speakers.get(speaker)
    return known.role_confidence if known is not None else 0.0
