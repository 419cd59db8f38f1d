"""From signed sentences to an adapter that drafts reports, on the tiny model with real parts."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from finetune.promotion import promote
from finetune.tests.runs import tiny_config
from finetune.tests.test_wording import SAID, SIGNED, signed, wording_file
from finetune.wording import judge_wording, read_wording
from ml.llm.adapters import with_adapter
from ml.reporting.draft import build_drafter
from ml.reporting.options import DraftingOptions
from ml.reporting.wording_example import wording_example
from ml.schemas.dialogue import Split
from ml.schemas.transcript import SpeakerRole
from ml.schemas.transcript_reading import read_transcript
from ml.weights.adapters import AdapterStore

pytestmark = [pytest.mark.weights, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One sentence signed for 12 patients, in three splits, asked for as the platform asks."""
    splits = [Split.TRAIN] * 6 + [Split.VALIDATION] * 2 + [Split.TEST] * 4
    messages = wording_example(SpeakerRole.CLIENT, SAID, SIGNED, str)
    examples = [
        signed(n, n % 12, splits[n % 12]).model_copy(update={"messages": messages}) for n in range(36)
    ]
    return wording_file(tmp_path_factory.mktemp("wording"), examples)


@pytest.fixture(scope="module")
def able_model(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model with wider embeddings: as it is, no word can be much likelier than another."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = tmp_path_factory.mktemp("models") / "able-qwen2"
    model: Any = AutoModelForCausalLM.from_pretrained(tiny_model)
    with torch.no_grad():
        model.get_input_embeddings().weight.mul_(25)
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(tiny_model).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def run(able_model: Path, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from finetune.train import train

    config = tiny_config(
        able_model, data, "data.tasks=[wording]", "optim.max_steps=60", "optim.learning_rate=5.0e-3",
        "optim.batch_size=1", "optim.gradient_accumulation=1", "sequence.max_tokens=640",
        "data.max_eval_examples=1", kind="wording",
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("runs") / "march"
    result = train(config, folder)
    assert result.metrics["validation_loss"] < 0.05
    return folder


def test_too_little_to_tell_is_refused(run: Path, data: Path, tmp_path: Path, settings: Any) -> None:
    settings.ADAPTERS_DIR = tmp_path
    out = StringIO()
    with pytest.raises(CommandError, match=r"Refused\. 12 sentences of 4 patients are too few") as caught:
        call_command("finetune_promote", "march", "--run", str(run), "--wording", str(data), stdout=out)
    assert caught.value.returncode == 1
    assert "base model: 12 sentences, parsed 0.0%, faithful 0.0%" in out.getvalue()
    assert "march: 12 sentences, parsed 100.0%, faithful 100.0%, marks 1.000" in out.getvalue()
    assert AdapterStore(tmp_path).promotions() == []


def test_a_promoted_adapter_drafts_a_report(run: Path, data: Path, able_model: Path, tmp_path: Path) -> None:
    store = AdapterStore(tmp_path)
    found = [item for item in read_wording(data) if item.split is Split.TEST]
    scores = judge_wording(found, [SIGNED] * len(found))
    promote("march", run, store, data=data, compared_with="", candidate=scores, current=scores)
    options = with_adapter("transformers_local", {"model_path": str(able_model)}, "march", tmp_path)
    drafter = build_drafter(
        DraftingOptions(
            models_dir=tmp_path,
            backend="transformers_local",
            backend_options={**options, "device": "cpu"},
            fallback_to_extraction=False,
            max_wordings=1,
            max_risk_passages=0,
        )
    )
    turns = [{"role": "therapist", "text": "How do you sleep?"}, {"role": "client", "text": SAID}]

    draft = drafter.draft(read_transcript({"segments": turns}))

    drafter.close()
    assert draft.provenance.engine == "transformers_local"
    assert draft.provenance.model == "able-qwen2+march"
    assert SIGNED in {claim.text for claim in draft.claims}
