"""The packaged runtime with the smallest real model; skipped where its weights are absent."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, Field

from ml.errors import BackendNotInstalled, ErrorCode, PermanentError, TransientError
from ml.llm.base import GenerationOptions
from ml.llm.packaged_gguf import PackagedGGUF
from ml.schemas.chat import ChatMessage
from ml.weights.store import RECEIPT, WeightStore

MODELS_DIR = Path(os.environ.get("MODELS_DIR", Path(__file__).parents[3] / "var" / "models"))
SMALL = "smollm2-135m"
ASK = [ChatMessage(role="user", content="Name a colour.")]

needs_weights = pytest.mark.skipif(
    not WeightStore(MODELS_DIR).has(SMALL),
    reason=f"no {SMALL} weights; python manage.py fetch_models {SMALL}",
)


class Colour(BaseModel):
    colour: str = Field(max_length=20)


@pytest.fixture(scope="module")
def model() -> Iterator[PackagedGGUF]:
    built = PackagedGGUF(models_dir=MODELS_DIR, model=SMALL, context=1024)
    yield built
    built.close()


@pytest.mark.weights
@needs_weights
def test_answers_and_binds_to_a_schema_on_one_reused_server(model: PackagedGGUF) -> None:
    answer = model.complete(ASK, GenerationOptions(max_tokens=12))
    server = model._server
    assert answer.text and answer.usage.completion_tokens <= 12
    assert len(model.structured(ASK, Colour, GenerationOptions(max_tokens=40)).colour) <= 20
    assert model._server is server


@pytest.mark.weights
@needs_weights
def test_listens_on_loopback_only_and_wants_its_key(model: PackagedGGUF) -> None:
    model.complete(ASK, GenerationOptions(max_tokens=1))
    address = str(model._server.listening_address)
    assert address.startswith("http://127.0.0.1:")
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{address}/v1/chat/completions",
        data=json.dumps({"messages": [{"role": "user", "content": "x"}]}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=5)  # noqa: S310 - loopback
    assert caught.value.code == 401
    caught.value.close()


@pytest.mark.weights
@needs_weights
def test_too_long_an_answer_is_cut_and_refused(model: PackagedGGUF) -> None:
    with pytest.raises(PermanentError) as caught:
        model.structured(ASK, Colour, GenerationOptions(max_tokens=2))
    assert caught.value.code is ErrorCode.MODEL_OUTPUT_INVALID


@pytest.mark.weights
@needs_weights
def test_a_call_that_takes_too_long_is_a_timeout(model: PackagedGGUF) -> None:
    model.complete(ASK, GenerationOptions(max_tokens=1))
    with pytest.raises(TransientError) as caught:
        model.complete(ASK, GenerationOptions(max_tokens=500, timeout_s=0.05))
    assert caught.value.code is ErrorCode.MODEL_TIMEOUT


@pytest.mark.weights
@needs_weights
def test_a_process_that_forgot_to_close_still_ends() -> None:
    code = (
        "import sys; from ml.llm.packaged_gguf import PackagedGGUF; from ml.schemas.chat import ChatMessage;"
        "from ml.llm.base import GenerationOptions as O;"
        f"m = PackagedGGUF(models_dir=sys.argv[1], model={SMALL!r}, context=512);"
        "m.complete([ChatMessage(role='user', content='hi')], O(max_tokens=2))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(MODELS_DIR)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr[-500:]


def test_missing_weights_say_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(BackendNotInstalled, match="fetch_models"):
        PackagedGGUF(models_dir=tmp_path)


def test_a_corrupt_file_is_permanent(tmp_path: Path) -> None:
    content = b"not a model"
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "model.gguf").write_bytes(content)
    file = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    receipt = {"name": "broken", "recipe": 1, "source": "test", "files": {"model.gguf": file}}
    (folder / RECEIPT).write_text(json.dumps(receipt))
    model = PackagedGGUF(models_dir=tmp_path, model="broken")
    with pytest.raises(PermanentError) as caught:
        model.complete(ASK)
    assert caught.value.code is ErrorCode.MODEL_NOT_AVAILABLE
