"""What the multimodal registry keeps to, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ml.errors import BackendNotInstalled
from ml.multimodal.backends import MULTIMODAL_MODELS, build_multimodal_model


def test_the_registry_lists_the_backends_and_names_an_unknown_one() -> None:
    assert MULTIMODAL_MODELS.names() == ["gemini", "qwen_omni", "videollama2_local"]
    with pytest.raises(KeyError, match="gemini"):
        build_multimodal_model("oracle")


@pytest.mark.parametrize("name", ["qwen_omni", "videollama2_local"])
def test_a_folder_without_a_model_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(BackendNotInstalled):
        build_multimodal_model(name, model_path=tmp_path / "absent")


def test_importing_the_registry_loads_no_heavy_library() -> None:
    code = (
        "import sys, ml.multimodal.backends;"
        "heavy = {'google.genai','torch','transformers','av'} & set(sys.modules);"
        "sys.exit(','.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
