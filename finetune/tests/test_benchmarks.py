"""The benchmark scripts run, at a size that means nothing."""

from __future__ import annotations

import json

import pytest

from finetune.memory import Shape


def test_the_floor_of_the_published_target() -> None:
    from benchmarks.finetune.gpu_step import SHAPES, floor_flops

    # the target: half of the floor is 0.99 s for 16,384 tokens on an H100
    seconds = floor_flops(SHAPES["qwen2.5-7b"], 16_384, 2048) / 989e12
    assert seconds / 0.5 == pytest.approx(0.99, abs=0.015)
    assert isinstance(SHAPES["tiny"], Shape)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:`gradient_checkpointing` is deprecated:FutureWarning")
def test_the_step_is_measured_for_each_variant(capsys: pytest.CaptureFixture[str]) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("bitsandbytes")
    from benchmarks.finetune.gpu_step import VARIANTS, main

    wishes = ["--steps", "2", "--warm-up", "1", "--length", "64", "--sequences", "2"]
    assert main(["--shape", "tiny", *wishes]) == 0
    said = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert [item["variant"] for item in said["results"]] == [variant.name for variant in VARIANTS]
    for item in said["results"]:
        assert item["seconds_per_step"] > 0
        assert item["tokens_per_step"] > 0
        if not torch.cuda.is_available():
            assert item["peak_gib"] is None
            assert item["floor_share"] is None
    if not torch.cuda.is_available():
        assert main(["--shape", "qwen2.5-7b"]) == 2
