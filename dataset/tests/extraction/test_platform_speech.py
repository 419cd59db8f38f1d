"""The product's own engines on a real video with known words and voices."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from dataset.extraction.config import PLATFORM
from dataset.extraction.pipeline import Extraction
from dataset.extraction.playlists import read_playlist
from dataset.manifest import Outcome
from dataset.tests.runs import run_all
from dataset.tests.stand_ins import StandIn
from dataset.tests.videos import known_turns, talk
from ml.errors import BackendNotInstalled
from ml.metrics.der import Stretch, speaker_accuracy
from ml.metrics.wer import word_errors
from ml.schemas.dialogue import AnnotatedDialogue
from ml.schemas.transcript import Transcript


def use_platform(extraction: Extraction, models: Path) -> None:
    extraction.config = replace(extraction.config, transcriber=PLATFORM)
    extraction.services = replace(
        extraction.services,
        models_dir=models,
        engine_options={"transcriber_options": {"model": "whisper-tiny-en"}},
    )


@pytest.mark.weights
@pytest.mark.skipif(
    not (Path(settings.MODELS_DIR) / "whisper-tiny-en").is_dir(), reason="fetch_models whisper-tiny-en"
)
def test_words_speakers_and_roles_of_a_video(
    extraction: Extraction, stand_in: StandIn, tmp_path: Path
) -> None:
    use_platform(extraction, Path(settings.MODELS_DIR))
    stand_in.add("talk", talk(tmp_path / "talk.mp4", 44.0))
    assert [entry.outcome for entry in run_all(extraction)] == [Outcome.DONE] * 6
    folder = extraction.workspace.video("PLtest", "talk")
    transcript = Transcript.model_validate_json(folder.transcript.read_text())
    heard = " ".join(segment.text for segment in transcript.segments)
    turns = known_turns()
    assert word_errors(" ".join(turn["text"] for turn in turns), heard).rate < 0.1
    truth = [Stretch(round(t["start"] * 1000), round(t["end"] * 1000), t["speaker"]) for t in turns]
    words = [
        Stretch(word.start_ms, max(word.end_ms, word.start_ms + 20), segment.speaker)
        for segment in transcript.segments
        for word in segment.words
    ]
    assert speaker_accuracy(truth, words).right == 6
    dialogue = AnnotatedDialogue.model_validate_json(folder.dialogue.read_text())
    assert [utterance.role.value for utterance in dialogue.utterances] == [turn["speaker"] for turn in turns]
    assert (stand_in.counts["upload"], stand_in.counts["job"]) == (0, 0)


def test_a_model_that_is_not_there_is_found_before_any_work(
    extraction: Extraction, stand_in: StandIn, tmp_path: Path, spoken_video: Path
) -> None:
    use_platform(extraction, tmp_path / "nothing")
    stand_in.add("talk", spoken_video)
    extraction.playlist("PLtest")
    assert extraction.pending("PLtest", read_playlist(extraction.workspace, "PLtest").videos[0])
    with pytest.raises(BackendNotInstalled):
        extraction.speech.ready()
    assert stand_in.counts["file talk"] == 0
