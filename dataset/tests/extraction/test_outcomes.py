"""Every bad video ends in a stated outcome, and the ones beside it are finished."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dataset.extraction.ffmpeg import ffmpeg_path, run_ffmpeg
from dataset.extraction.media import frames_of, inspect
from dataset.extraction.pipeline import Extraction
from dataset.manifest import Outcome
from dataset.tests.runs import run_all
from dataset.tests.stand_ins import StandIn
from dataset.tests.videos import (
    audio_only,
    corrupt,
    frame_numbers,
    odd_size,
    silent,
    talk,
    truncated,
    turned,
    variable_rate,
)
from ml.schemas.dialogue import AnnotatedDialogue

Make = Callable[[Path, Path], Path]


def last(extraction: Extraction, video: str, playlist: str = "PLtest") -> tuple[str, Outcome, str]:
    """Where a video's run ended: the stage, how, and why."""
    entries = [entry for entry in extraction.manifest.entries() if entry.item == f"{playlist}/{video}"]
    end = max(entries, key=lambda entry: entry.at)
    return end.stage, end.outcome, end.reason


UNFIT: dict[str, tuple[Make, str, str]] = {
    "corrupt": (corrupt, "download", "corrupted_audio"),
    "truncated": (truncated, "standardize", "truncated"),
    "no sound track": (lambda target, _: silent(target, track=False), "audio", "no_sound"),
    "silent": (lambda target, _: silent(target, track=True), "transcript", "no_speech"),
    "one second": (lambda target, _: talk(target, 1.0), "download", "too_short"),
    "text that claims to be a video": (lambda target, _: _text(target), "download", "unsupported_media"),
    "a web page": (lambda target, _: _text(target.with_suffix(".html")), "download", "not_a_video"),
}
UNUSUAL: dict[str, tuple[Make, str]] = {
    "portrait": (lambda target, _: talk(target, size="96x128"), "portrait"),
    "turned by its header": (turned, "portrait"),
    "variable frame rate": (lambda target, _: variable_rate(target), "variable_frame_rate"),
    "odd size": (lambda target, _: odd_size(target), ""),
}


@pytest.mark.parametrize("name", UNFIT)
def test_an_unfit_video_is_quarantined(
    extraction: Extraction, stand_in: StandIn, spoken_video: Path, tmp_path: Path, name: str
) -> None:
    make, stage, code = UNFIT[name]
    stand_in.add("bad", make(tmp_path / "bad.mp4", spoken_video))
    run_all(extraction)
    ended = last(extraction, "bad")
    assert ended[:2] == (stage, Outcome.QUARANTINED)
    assert ended[2].startswith(f"{code}: ")
    assert stand_in.counts["job"] == 0
    assert not list(extraction.workspace.root.rglob(".part.*.mp4"))


@pytest.mark.parametrize("name", UNUSUAL)
def test_an_unusual_video_is_done_with_a_note(
    extraction: Extraction, stand_in: StandIn, spoken_video: Path, tmp_path: Path, name: str
) -> None:
    make, note = UNUSUAL[name]
    stand_in.add("odd", make(tmp_path / "odd.mp4", spoken_video))
    run_all(extraction)
    assert last(extraction, "odd")[:2] == ("clips", Outcome.DONE)
    assert extraction.manifest.latest("PLtest/odd", "download").reason == note  # type: ignore[union-attr]
    folder = extraction.workspace.video("PLtest", "odd")
    frames = frames_of(folder.standard)
    assert abs(len(frames.times) - 320) <= 1
    assert [float(time) for time in frames.keyframes] == list(range(len(frames.keyframes)))
    assert len(list(folder.clips.iterdir())) == 2
    facts = inspect(folder.standard)
    assert (facts.height > facts.width) is (note == "portrait")


def test_the_ffmpeg_of_the_wheel_does_the_same_work(
    extraction: Extraction, stand_in: StandIn, spoken_video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    ffmpeg_path.cache_clear()
    try:
        assert "imageio" in ffmpeg_path()
        stand_in.add("talk", spoken_video)
        run_all(extraction)
    finally:
        ffmpeg_path.cache_clear()
    assert last(extraction, "talk")[:2] == ("clips", Outcome.DONE)
    clips = sorted(extraction.workspace.video("PLtest", "talk").clips.iterdir())
    assert [frame_numbers(clip)[0] for clip in clips] == [12, 102]


def test_sound_alone_gives_text_without_clips(
    extraction: Extraction, stand_in: StandIn, tmp_path: Path
) -> None:
    stand_in.add("radio", audio_only(tmp_path / "radio.m4a"))
    run_all(extraction)
    assert last(extraction, "radio")[:2] == ("clips", Outcome.DONE)
    assert extraction.manifest.latest("PLtest/radio", "standardize").reason == "audio_only"  # type: ignore[union-attr]
    folder = extraction.workspace.video("PLtest", "radio")
    dialogue = AnnotatedDialogue.model_validate_json(folder.dialogue.read_text())
    assert len(dialogue.utterances) == 3
    assert {utterance.clip for utterance in dialogue.utterances} == {""}


def test_what_cannot_be_watched_is_never_asked_for(extraction: Extraction, stand_in: StandIn) -> None:
    stand_in.add("hidden", None, gone="yes", item_privacy="private", title="Private video")
    stand_in.add("erased", None, gone="yes", title="Deleted video")
    stand_in.add("missing", None)
    run_all(extraction)
    assert last(extraction, "hidden") == (
        "download",
        Outcome.QUARANTINED,
        "private: The playlist says that it cannot be watched.",
    )
    assert last(extraction, "erased")[2].startswith("deleted: ")
    assert last(extraction, "missing")[2] == "deleted: The server answered 404."
    assert [route for route in stand_in.counts if route.startswith("file")] == ["file missing"]


def test_the_same_content_under_two_ids_and_in_two_playlists_is_kept_once(
    extraction: Extraction, stand_in: StandIn, spoken_video: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.mkv"
    run_ffmpeg(["-i", str(spoken_video), "-c", "copy", str(copy)])
    stand_in.add("first", spoken_video)
    stand_in.add("second", copy)
    stand_in.add("first", spoken_video, playlist="PLother")
    run_all(extraction)
    run_all(extraction, "PLother")
    assert last(extraction, "first")[:2] == ("clips", Outcome.DONE)
    assert last(extraction, "second")[2] == "duplicate: It has the same content as PLtest/first."
    assert last(extraction, "first", "PLother")[2] == "duplicate: It is also PLtest/first."
    assert stand_in.counts["job"] == 1
    assert not (extraction.workspace.root / "videos" / "PLother").exists()


def _text(target: Path) -> Path:
    target.write_text("<html><body>Sign in</body></html>")
    return target
