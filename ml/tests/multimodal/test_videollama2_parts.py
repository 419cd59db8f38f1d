"""Frames, pixels, connector, filterbank and BEATs against what their definitions say."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from ml.errors import ErrorCode, PermanentError
from ml.multimodal.videollama2.beats import Beats, BeatsConfig
from ml.multimodal.videollama2.beats_attention import DistanceBias
from ml.multimodal.videollama2.filterbank import log_mel_filterbank
from ml.multimodal.videollama2.frame_sampling import frames_between, frames_each_second, uniform_frames
from ml.multimodal.videollama2.preprocessing import PictureProcessor
from ml.multimodal.videollama2.regnet_stage import Bottleneck
from ml.multimodal.videollama2.sound_windows import recording_window, sound_track_window
from ml.multimodal.videollama2.stc_connector import Connector
from ml.multimodal.videollama2.towers import CLIP_L_336, SIGLIP_SO400M_384, find_tower
from ml.tests.multimodal.tiny_videollama2 import write_towers


@pytest.mark.parametrize(("wanted", "available"), [(8, 8), (8, 100), (16, 333), (16, 12345)])
def test_uniform_frames_are_the_middles_of_equal_stretches(wanted: int, available: int) -> None:
    frames = uniform_frames(wanted, available)
    stretch = (available - 1) / wanted
    assert np.abs(frames - (np.arange(wanted) + 0.5) * stretch).max() <= 0.51
    assert frames.min() >= 0
    assert frames.max() < available


def test_a_short_clip_repeats_frames() -> None:
    assert uniform_frames(4, 1).tolist() == [0, 0, 0, 0]
    assert uniform_frames(4, 2).tolist() == [0, 0, 1, 1]


def test_one_frame_a_second() -> None:
    assert frames_each_second(10.0, 35).tolist() == [5, 15, 25]
    assert frames_each_second(25.0, 10).tolist() == [5]
    assert frames_each_second(0.5, 3).tolist() == [0, 1, 2]


def test_a_stretch_of_a_clip() -> None:
    assert frames_between(1.0, 2.0, 10.0, 100) == range(9, 20)
    assert frames_between(None, None, 10.0, 7) == range(7)
    with pytest.raises(PermanentError, match="no frames in the wanted stretch"):
        frames_between(50.0, 60.0, 10.0, 100)
    with pytest.raises(PermanentError, match="no frames"):
        uniform_frames(8, 0)


def test_clip_crops_and_siglip_squeezes(tmp_path: Path) -> None:
    write_towers(tmp_path)
    wide = np.zeros((56, 112, 3), np.uint8)
    wide[:, :28] = 255  # the left quarter: outside CLIP's centre crop
    clip = PictureProcessor(find_tower("tiny-clip", tmp_path)).pixels([wide])
    siglip = PictureProcessor(find_tower("tiny-siglip", tmp_path)).pixels([wide])
    assert clip.shape == (1, 3, 56, 56)
    assert np.allclose(clip[0, 0, :, 4:], -0.5 / 0.3, atol=1e-5)
    assert siglip.shape == (1, 3, 70, 70)
    assert siglip[0, 0, :, :10].min() > 0.9
    assert siglip[0, 0, :, 30:].max() < -0.9


def test_padding_to_a_square_keeps_the_whole_picture_between_bars(tmp_path: Path) -> None:
    write_towers(tmp_path)
    processor = PictureProcessor(find_tower("tiny-siglip", tmp_path), pad_to_square=True)
    pixels = processor.pixels([np.full((35, 70, 3), 255, np.uint8)])
    assert pixels[0, 0, :16].max() == pytest.approx(127 / 127.5 - 1)
    assert pixels[0, 0, 20:50].min() == pytest.approx(1.0)


def test_a_short_clip_is_filled_with_black_frames_of_its_own_size(tmp_path: Path) -> None:
    """The reference swaps width and height there, so that the bars change sides."""
    write_towers(tmp_path)
    processor = PictureProcessor(find_tower("tiny-siglip", tmp_path), pad_to_square=True)
    pixels = processor.pixels([np.full((35, 70, 3), 255, np.uint8)], at_least=3)
    assert pixels.shape[0] == 3
    assert pixels[2, 0, :16].min() == pytest.approx(127 / 127.5 - 1)
    assert pixels[2, 0, 20:50].max() == pytest.approx(-1.0)


def test_frames_of_another_form_are_refused(tmp_path: Path) -> None:
    write_towers(tmp_path)
    processor = PictureProcessor(find_tower("tiny-clip", tmp_path))
    with pytest.raises(PermanentError, match="array of bytes"):
        processor.pixels([np.zeros((4, 4), np.uint8)])
    with pytest.raises(PermanentError, match="no picture"):
        processor.pixels([])


@pytest.mark.parametrize(
    ("kind", "side", "tokens"), [("stc_connector", 24, 1521), ("stc_connector_v35", 27, 1352)]
)
def test_sixteen_frames_give_the_published_number_of_tokens(kind: str, side: int, tokens: int) -> None:
    with torch.no_grad():
        found = Connector(kind, 4, 8)(torch.randn(1, 16, side * side, 4))
    assert found.shape == (1, tokens, 8)


def test_patches_must_be_a_square() -> None:
    with pytest.raises(PermanentError, match="no square"):
        Connector("stc_connector", 4, 8)(torch.randn(1, 2, 15, 4))


def test_a_bottleneck_written_out() -> None:
    torch.manual_seed(1)
    block = Bottleneck(8, 12).double()
    w = block.state_dict()
    maps = torch.randn(2, 8, 5, 5, dtype=torch.double)

    def norm(x: torch.Tensor, name: str) -> torch.Tensor:
        mean, variance = x.mean(1, keepdim=True), x.var(1, unbiased=False, keepdim=True)
        scale, shift = w[f"{name}.bn.weight"][:, None, None], w[f"{name}.bn.bias"][:, None, None]
        return (x - mean) / torch.sqrt(variance + 1e-5) * scale + shift

    def place(x: torch.Tensor, name: str) -> torch.Tensor:
        return norm(torch.einsum("oi,bihw->bohw", w[f"{name}.conv.weight"][:, :, 0, 0], x), name)

    x = functional.silu(place(maps, "conv1"))
    around = functional.pad(x, (1, 1, 1, 1))
    kernel = w["conv2.conv.weight"]
    x = torch.zeros_like(x)
    for row in range(3):
        for column in range(3):
            x = (
                x
                + kernel[:, 0, row, column][:, None, None] * around[:, :, row : row + 5, column : column + 5]
            )
    x = functional.silu(norm(x, "conv2"))
    squeezed = functional.silu(x.mean((2, 3)) @ w["se.fc1.weight"][:, :, 0, 0].T + w["se.fc1.bias"])
    gate = torch.sigmoid(squeezed @ w["se.fc2.weight"][:, :, 0, 0].T + w["se.fc2.bias"])
    x = place(x * gate[:, :, None, None], "conv3")
    assert squeezed.shape[1] == 2  # a quarter of the 8 that come in
    assert torch.allclose(block(maps), functional.silu(x + place(maps, "downsample")), atol=1e-12)


def test_the_filterbank_of_one_window_written_out() -> None:
    samples = np.random.default_rng(2).normal(size=400).astype(np.float32) * 0.1
    x = samples.astype(np.float64) * 32768
    x = x - x.mean()
    x = np.array([x[i] - 0.97 * x[max(i - 1, 0)] for i in range(400)])
    x *= (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 399)) ** 0.85
    power = np.array(
        [abs(np.sum(x * np.exp(-2j * np.pi * k * np.arange(400) / 512))) ** 2 for k in range(257)]
    )

    def mel(hertz: float) -> float:
        return 1127 * math.log(1 + hertz / 700)

    step = (mel(8000) - mel(20)) / 129
    expected = []
    for band in range(128):
        left = mel(20) + band * step
        weights = [
            max(0.0, min((mel(k * 31.25) - left) / step, 2 - (mel(k * 31.25) - left) / step))
            for k in range(256)
        ]
        expected.append(math.log(max(np.dot(weights, power[:256]), 1.1920929e-07)))
    found = log_mel_filterbank(samples)
    assert found.shape == (1, 128)
    assert np.abs(found.numpy()[0] - np.array(expected)).max() < 1e-3


def test_windows_that_fit_whole_and_silence() -> None:
    assert log_mel_filterbank(np.zeros(16_000, np.float32)).shape == (98, 128)
    assert float(log_mel_filterbank(np.zeros(400, np.float32)).max()) == pytest.approx(-15.9424, abs=1e-3)
    with pytest.raises(PermanentError) as caught:
        log_mel_filterbank(np.zeros(399, np.float32))
    assert caught.value.code is ErrorCode.EMPTY_AUDIO


def test_sound_is_always_thirty_seconds_and_always_the_same() -> None:
    minute = np.arange(60 * 16_000, dtype=np.float32)
    assert recording_window(minute)[0] == 15 * 16_000
    assert len(recording_window(minute[:100])) == 30 * 16_000
    heard = sound_track_window(minute)
    assert len(heard) == 30 * 16_000
    assert heard[0] == 0
    assert heard[8 * 32_000 - 1] == 60 * 16_000 - 1
    assert heard[8 * 32_000 :].max() == 0
    assert sound_track_window(minute[:1000])[7 * 1000 : 8 * 1000].tolist() == minute[:1000].tolist()


def test_near_distances_have_a_bucket_each_and_directions_differ() -> None:
    bias = DistanceBias(1, 8, 16)
    with torch.no_grad():
        bias.weight.copy_(torch.arange(8.0).unsqueeze(1))
        table = bias(20)[0]
    assert table[5, 3:8].tolist() == [2, 1, 0, 5, 6]
    assert table[0, 19] == 7
    assert table[19, 0] == 3


def test_beats_hears_each_sound_for_itself() -> None:
    torch.manual_seed(0)
    config = BeatsConfig(16, 2, 32, 48, 4, conv_pos=8, conv_pos_groups=4, num_buckets=8, max_distance=16)
    beats = Beats(config).eval()
    sound = torch.randn(2, 64, 128) * 5 + 15
    both = beats(sound)
    assert both.shape == (2, 4 * 8, 32)
    assert torch.allclose(both[1], beats(sound[1:])[0], atol=1e-5)
    assert not any(weight.requires_grad for weight in beats.parameters())


def test_the_published_towers_are_known_without_a_folder() -> None:
    assert find_tower("openai/clip-vit-large-patch14-336") is CLIP_L_336
    assert find_tower("google/siglip-so400m-patch14-384") is SIGLIP_SO400M_384
    with pytest.raises(PermanentError, match="'eva-02' is not known"):
        find_tower("some/eva-02")
