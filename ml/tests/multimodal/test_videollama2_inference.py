"""From a folder and a clip on disk to an answer."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import torch

from ml.errors import BackendNotInstalled, ErrorCode, PermanentError
from ml.multimodal.videollama2.beats import Beats
from ml.multimodal.videollama2.chat import chat_text, tokenize
from ml.multimodal.videollama2.clip_reading import read_frames
from ml.multimodal.videollama2.config import LanguageKind
from ml.multimodal.videollama2.inference import VideoLlama2
from ml.schemas.chat import ChatMessage
from ml.tests.multimodal.tiny_videollama2 import (
    TINY_BEATS,
    config,
    published_tensors,
    random_model,
    write_checkpoint,
    write_tokenizer,
)

FRAMES = 12
SILENCE = np.zeros(16_000, np.float32)


def write_clip(path: Path, *, sound: bool = True) -> Path:
    """Twelve frames at 4 a second whose grey says which one it is, with a tone of 3 s."""
    with av.open(str(path), "w") as container:
        video: Any = container.add_stream("mpeg4", rate=4)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        audio: Any = container.add_stream("aac", rate=16_000) if sound else None
        for number in range(FRAMES):
            grey = np.full((48, 64, 3), number * 20, np.uint8)
            container.mux(video.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
        container.mux(video.encode())
        if audio is not None:
            tone = (np.sin(np.arange(48_000) * 0.3) * 8000).astype(np.int16).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
            frame.sample_rate = 16_000
            container.mux(audio.encode(frame))
            container.mux(audio.encode())
    return path


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clips") / "clip.mp4")


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, VideoLlama2]:
    root = tmp_path_factory.mktemp("models")
    made = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ml.multimodal.videollama2.model.Beats", partial(Beats, TINY_BEATS))
        for name, raw in (("mistral", config("mistral")), ("qwen2", config()), ("av", config(audio=True))):
            model = random_model(root, raw)
            folder = write_checkpoint(root / name, raw, published_tensors(model))
            write_tokenizer(folder)
            made[name] = VideoLlama2.from_folder(folder, "cpu")
    return made


def test_the_sampled_frames_are_the_middles(clip: Path) -> None:
    greys = [frame.mean() / 20 for frame in read_frames(clip, 4)]
    assert np.round(greys).tolist() == [1, 4, 7, 10]
    assert read_frames(clip, 4)[0].shape == (48, 64, 3)


def test_a_stretch_of_the_clip(clip: Path) -> None:
    greys = [frame.mean() / 20 for frame in read_frames(clip, 2, start_s=1.0, end_s=2.0)]
    assert np.round(greys).tolist() == [4, 6]  # frames 3 to 7


def test_what_is_no_clip_is_refused(tmp_path: Path, clip: Path) -> None:
    text = tmp_path / "clip.mp4"
    text.write_text("no video")
    with pytest.raises(PermanentError) as caught:
        read_frames(text, 4)
    assert caught.value.code is ErrorCode.UNSUPPORTED_MEDIA
    with pytest.raises(PermanentError, match="missing"):
        read_frames(tmp_path / "absent.mp4", 4)
    with pytest.raises(PermanentError, match="no frames in the wanted stretch"):
        read_frames(clip, 4, start_s=90.0, end_s=95.0)
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(clip.read_bytes()[:2000])
    with pytest.raises(PermanentError):
        read_frames(cut, 4)


@pytest.mark.parametrize("name", ["mistral", "qwen2", "av"])
def test_a_clip_on_disk_is_answered_always_the_same(
    engines: dict[str, VideoLlama2], clip: Path, name: str
) -> None:
    engine = engines[name]
    answer = engine.generate(clip, "what you see", max_new_tokens=8)
    assert answer == engine.generate(str(clip), "what you see", max_new_tokens=8)
    assert isinstance(answer, str)


def test_what_is_seen_heard_and_asked_reaches_the_model(engines: dict[str, VideoLlama2], clip: Path) -> None:
    engine = engines["av"]

    def first_logits(prompt: str, **given: Any) -> torch.Tensor:
        medium = engine.medium(given.pop("clip", clip), **given)
        ids = torch.tensor([tokenize(engine.tokenizer, f"user {prompt} <video> see")])
        with torch.no_grad():
            found: torch.Tensor = engine.model(ids, media=[medium]).logits[0, -1]
        return found

    plain = first_logits("what")
    assert not torch.allclose(plain, first_logits("you"))
    assert not torch.allclose(plain, first_logits("what", end_s=1.0))
    heard = first_logits("what", audio=True)
    assert not torch.allclose(plain, heard)
    assert not torch.allclose(heard, first_logits("what", audio=SILENCE))


def test_frames_pictures_sound_and_text_alone(engines: dict[str, VideoLlama2], clip: Path) -> None:
    engine = engines["av"]
    frames = read_frames(clip, 12)
    kinds = [
        getattr(engine.medium(shown, audio=sound), "kind", None)
        for shown, sound in ((frames, None), (frames[0], None), (None, SILENCE), (None, clip), (None, None))
    ]
    assert kinds == ["video", "image", "audio", "audio", None]
    medium = engine.medium(frames)
    assert medium is not None
    assert medium.pixels is not None
    assert medium.pixels.shape == (4, 3, 70, 70)
    for shown, sound in ((frames, True), (None, True)):
        with pytest.raises(PermanentError, match="no sound track"):
            engine.generate(shown, "what", audio=sound)
    assert isinstance(engine.generate(None, "what", max_new_tokens=2), str)
    assert isinstance(engine.generate(None, "what", audio=clip, max_new_tokens=2), str)
    assert isinstance(engine.generate(frames[0], "what", temperature=0.7, max_new_tokens=2), str)


def test_a_clip_without_sound_is_told_apart(engines: dict[str, VideoLlama2], tmp_path: Path) -> None:
    mute = write_clip(tmp_path / "mute.mp4", sound=False)
    with pytest.raises(PermanentError) as caught:
        engines["av"].generate(mute, "what", audio=True)
    assert caught.value.code is ErrorCode.NO_AUDIO_STREAM
    with pytest.raises(PermanentError, match="cannot hear"):
        engines["qwen2"].generate(mute, "what", audio=SILENCE)


def test_a_placeholder_in_the_words_is_only_words(engines: dict[str, VideoLlama2], clip: Path) -> None:
    engine = engines["qwen2"]
    assert engine.generate(clip, "what <video> you", max_new_tokens=4) == engine.generate(
        clip, "what (video) you", max_new_tokens=4
    )


def test_each_language_model_is_asked_in_its_own_form(engines: dict[str, VideoLlama2]) -> None:
    asked = [
        ChatMessage(role="system", content="you hear"),
        ChatMessage(role="user", content="<video>\nwhat"),
    ]
    texts = {name: chat_text(engines[name].tokenizer, kind, asked) for name, kind in FORMS}
    assert texts == {
        "mistral": "<s>[INST] you hear\n<video>\nwhat [/INST]",
        "qwen2": "<|im_start|>system\nyou hear<|im_end|>\n<|im_start|>user\n<video>\nwhat<|im_end|>\n"
        "<|im_start|>assistant\n",
    }
    ids = tokenize(engines["mistral"].tokenizer, texts["mistral"])
    assert ids == [1, 5, 10, 12, -201, 13, 6]


FORMS: tuple[tuple[str, LanguageKind], ...] = (("mistral", "mistral"), ("qwen2", "qwen2"))


def test_a_folder_without_tokenizer_or_weights_says_so(tmp_path: Path) -> None:
    model = random_model(tmp_path, config())
    folder = write_checkpoint(tmp_path / "model", config(), published_tensors(model))
    with pytest.raises(BackendNotInstalled, match="tokenizer in model cannot be loaded"):
        VideoLlama2.from_folder(folder, "cpu")
    with pytest.raises(BackendNotInstalled, match=r"config\.json is missing"):
        VideoLlama2.from_folder(tmp_path / "nowhere", "cpu")
    (folder / "config.json").write_text(json.dumps(config() | {"mm_vision_tower": "some/eva"}))
    with pytest.raises(BackendNotInstalled, match="'eva' is not known"):
        VideoLlama2.from_folder(folder, "cpu")


def test_a_rotated_recording_is_turned_upright(tmp_path: Path) -> None:
    """Telephones store how they were held beside the frames."""
    if (ffmpeg := shutil.which("ffmpeg")) is None:
        pytest.skip("ffmpeg, which writes the rotation, is not on this machine")
    lying, held = write_clip(tmp_path / "lying.mp4"), tmp_path / "held.mp4"
    copied = [ffmpeg, "-loglevel", "error", "-i", str(lying), "-c", "copy", "-metadata:s:v:0", "rotate=90"]
    subprocess.run([*copied, str(held)], check=True, timeout=60)
    if not _states_rotation(held):
        pytest.skip("this ffmpeg does not write the rotation")
    assert read_frames(held, 1)[0].shape == (64, 48, 3)


def _states_rotation(path: Path) -> bool:
    with av.open(str(path)) as container:
        return next(container.decode(video=0)).rotation != 0
