"""Every accepted container is probed and decoded to the same tone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ml.audio.decode import SAMPLE_RATE, decode
from ml.audio.probe import probe
from ml.tests.audio.media_files import KINDS, write_media, write_wav


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_format_decodes_to_the_tone(kind: str, tmp_path: Path) -> None:
    path = write_media(tmp_path / f"session.{kind}", kind, seconds=2.0)

    with decode(path) as audio:
        samples = audio.mono()
        assert audio.channels == 1
        assert audio.duration_ms == pytest.approx(2000, abs=80)
        assert audio.missing == []
    spectrum = np.abs(np.fft.rfft(samples[SAMPLE_RATE // 2 : SAMPLE_RATE * 3 // 2]))
    assert int(spectrum.argmax()) == pytest.approx(440, abs=2)
    assert samples.dtype == np.float32
    assert 0.25 < float(np.abs(samples[8000:24000]).max()) < 0.45


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_format_is_probed_from_its_header(kind: str, tmp_path: Path) -> None:
    path = write_media(tmp_path / f"session.{kind}", kind, seconds=2.0)

    info = probe(path)

    assert info.channels == 1
    assert info.sample_rate >= 8000
    assert not info.has_video
    assert info.duration_ms is None or info.duration_ms == pytest.approx(2000, abs=150)
    with path.open("rb") as file:
        assert probe(file) == info


def test_the_suffix_does_not_matter(tmp_path: Path) -> None:
    path = write_media(tmp_path / "session.mp3", "m4a")

    assert probe(path).container == "mov"
    with decode(path) as audio:
        assert audio.duration_ms == pytest.approx(2000, abs=80)


def test_two_channels_stay_apart(tmp_path: Path) -> None:
    left = np.zeros(SAMPLE_RATE, np.float32)
    right = np.full(SAMPLE_RATE, 0.5, np.float32)
    path = write_wav(tmp_path / "call.wav", np.stack([left, right], axis=1))

    with decode(path) as audio:
        assert audio.channels == 2
        assert float(np.abs(audio.channel(0)).max()) < 0.01
        assert float(audio.channel(1)[100:-100].mean()) == pytest.approx(0.5, abs=0.01)
        assert float(audio.mono()[100:-100].mean()) == pytest.approx(0.25, abs=0.01)


def test_a_span_can_be_read_without_the_whole(tmp_path: Path) -> None:
    ramp = np.linspace(0, 0.9, SAMPLE_RATE * 2, dtype=np.float32)
    path = write_wav(tmp_path / "ramp.wav", ramp)

    with decode(path) as audio:
        part = audio.mono(500, 1500)
        assert len(part) == SAMPLE_RATE
        assert float(part[0]) == pytest.approx(0.225, abs=0.01)
        assert len(audio.mono(1900, 5000)) == SAMPLE_RATE // 10


def test_progress_rises_and_may_stop_the_work(tmp_path: Path) -> None:
    path = write_media(tmp_path / "session.mp3", "mp3", seconds=20)
    shares: list[float] = []
    with decode(path, shares.append):
        pass
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) > 5

    class Stop(Exception):
        pass

    def stop(share: float) -> None:
        raise Stop

    with pytest.raises(Stop):
        decode(path, stop)


def test_scratch_file_is_gone_while_in_use(tmp_path: Path) -> None:
    path = write_media(tmp_path / "session.flac", "flac")
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    with decode(path, scratch_dir=scratch) as audio:
        assert list(scratch.iterdir()) == []
        assert len(audio.mono()) > 0
