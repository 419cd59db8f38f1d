"""Clips of every kind, looked at by ffprobe and by PyAV."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dataset.annotation.media_checks import MediaFault, check, fault_of
from dataset.annotation.media_probes import MediaRecord, probe, probe_with_ffprobe, probe_with_pyav
from dataset.tests.annotation.media import cut_off, damaged, make_clip

FAULTS: dict[str, MediaFault | None] = {
    "good": None,
    "silent": None,
    "portrait": None,
    "second": MediaFault.SHORT,
    "three_seconds": MediaFault.SHORT,
    "audio_only": MediaFault.NO_VIDEO,
    "cut_off": MediaFault.INCOMPLETE,
    "damaged": MediaFault.INCOMPLETE,
    "noise": MediaFault.UNREADABLE,
    "empty": MediaFault.UNREADABLE,
}


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    made = {
        "good": make_clip(folder / "good.mp4"),
        "silent": make_clip(folder / "silent.mp4", sound=False),
        "portrait": make_clip(folder / "portrait.mp4", size="90x160"),
        "second": make_clip(folder / "second.mp4", seconds=1),
        "three_seconds": make_clip(folder / "three.mp4", seconds=3),
        "audio_only": make_clip(folder / "audio.mp4", pictures=False),
        "noise": folder / "noise.mp4",
        "empty": folder / "empty.mp4",
    }
    made["cut_off"] = cut_off(made["good"], folder / "cut.mp4")
    made["damaged"] = damaged(made["good"], folder / "damaged.mp4")
    made["noise"].write_bytes(bytes(range(256)) * 20)
    made["empty"].touch()
    return made


@pytest.mark.parametrize("name", FAULTS)
def test_each_kind_of_clip_has_its_fault(clips: dict[str, Path], name: str) -> None:
    assert check(clips[name], 3000) is FAULTS[name]


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="there is no ffprobe on PATH")
def test_both_readers_give_the_same_record(clips: dict[str, Path], name: str) -> None:
    assert probe_with_ffprobe(clips[name]) == probe_with_pyav(clips[name])


def test_without_ffprobe_pyav_reads(clips: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    record = probe(clips["portrait"])
    assert (record.width, record.height, record.frame_rate, record.frames) == (90, 160, 16.0, 64)
    assert (record.video_codec, record.audio_codec, record.duration_ms) == ("h264", "aac", 4000)


def test_a_missing_file_and_impossible_headers_are_told(tmp_path: Path) -> None:
    assert check(tmp_path / "absent.mp4", 3000) is MediaFault.MISSING
    sound = {"video_codec": "h264", "width": 160, "height": 90, "frames": 64, "video_duration_ms": 4000}
    assert fault_of(MediaRecord(**{**sound, "width": 0}, frame_rate=16.0), 0) is MediaFault.BAD_SIZE  # type: ignore[arg-type]
    assert fault_of(MediaRecord(**sound, frame_rate=0.0), 0) is MediaFault.BAD_FRAME_RATE  # type: ignore[arg-type]
