"""A file that is no recording is refused with the code that says why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ml.audio.decode import decode
from ml.audio.probe import probe
from ml.errors import ErrorCode, PermanentError
from ml.tests.audio.media_files import tone, write_media, write_silent_video, write_wav


def _empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def _text(path: Path) -> Path:
    path.write_text("Dear diary, this is no sound at all.\n" * 200)
    return path


def _playlist(path: Path) -> Path:
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n")
    return path


def _truncated_m4a(path: Path) -> Path:
    write_media(path, "m4a", seconds=10)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def _picture(path: Path) -> Path:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    return path


@pytest.mark.parametrize("look", [probe, decode], ids=["probe", "decode"])
@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("empty.mp3", _empty, ErrorCode.EMPTY_AUDIO),
        ("text.mp3", _text, ErrorCode.UNSUPPORTED_MEDIA),
        ("text.wav", _text, ErrorCode.UNSUPPORTED_MEDIA),
        ("list.m3u8", _playlist, ErrorCode.UNSUPPORTED_MEDIA),
        ("list.mp3", _playlist, ErrorCode.UNSUPPORTED_MEDIA),
        ("picture.m4a", _picture, ErrorCode.UNSUPPORTED_MEDIA),
        ("silent.mp4", write_silent_video, ErrorCode.NO_AUDIO_STREAM),
        ("cut.m4a", _truncated_m4a, ErrorCode.CORRUPTED_AUDIO),
    ],
)
def test_bad_file_has_its_code(
    name: str,
    make: Callable[[Path], Path],
    code: ErrorCode,
    look: Callable[[Path], object],
    tmp_path: Path,
) -> None:
    path = make(tmp_path / name)

    with pytest.raises(PermanentError) as caught:
        look(path)

    assert caught.value.code == code
    assert str(tmp_path) not in str(caught.value)


def test_header_without_samples_is_empty(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "none.wav", tone(0, 16000))

    with pytest.raises(PermanentError) as caught:
        decode(path)

    assert caught.value.code == ErrorCode.EMPTY_AUDIO


def test_wav_cut_short_keeps_what_is_there_and_says_what_is_missing(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "cut.wav", tone(10, 16000))
    path.write_bytes(path.read_bytes()[: 44 + 7 * 32000])

    with decode(path) as audio:
        assert audio.duration_ms == pytest.approx(7000, abs=50)
        assert len(audio.missing) == 1
        start, end = audio.missing[0]
        assert start == pytest.approx(7000, abs=50)
        assert end == pytest.approx(10000, abs=50)


def test_less_than_half_is_corrupted(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "cut.wav", tone(10, 16000))
    path.write_bytes(path.read_bytes()[: 44 + 3 * 32000])

    with pytest.raises(PermanentError) as caught:
        decode(path)

    assert caught.value.code == ErrorCode.CORRUPTED_AUDIO


def test_flac_damaged_in_the_middle_keeps_the_rest(tmp_path: Path) -> None:
    path = write_media(tmp_path / "damaged.flac", "flac", seconds=20)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3000] = bytes(3000)
    path.write_bytes(data)

    with decode(path) as audio:
        assert audio.duration_ms == pytest.approx(20000, abs=1500)


def test_missing_file_is_the_callers_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        decode(tmp_path / "absent.wav")
