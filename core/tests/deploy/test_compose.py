"""docker-compose.yml: it is valid, waits for what it needs, and keeps to the rules of its containers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from core.management.commands.licence_table import IMAGES
from core.tests.deploy.compose_file import FILE, PLATFORM, PROFILES, ROOT, every_service, services

KNOWN = set(re.findall(r"\b[A-Z][A-Z0-9_]+(?==)", (ROOT / ".env.sample").read_text(encoding="utf-8")))
READ = {
    name
    for path in (ROOT / "core" / "settings").glob("*.py")
    for name in re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', path.read_text(encoding="utf-8"))
}
"""The variables that the settings read."""
ENDS = {"migrate", "models", "bucket"}
"""Services that do one thing and end."""
SILENT = {"beat", "otel-collector", "jaeger"}
"""The clock, and images without a shell to ask them with."""
WRITES_ELSEWHERE = {"llm", "prometheus"}


@pytest.mark.parametrize("profile", PROFILES)
def test_the_real_compose_takes_the_file(profile: str) -> None:
    assert {"backend", "frontend", "database", "broker", "worker", "beat"} <= set(services(profile))


def test_a_password_that_is_missing_is_said() -> None:
    import os
    import subprocess

    from core.tests.deploy.compose_file import tool

    done = subprocess.run(
        [tool("docker-compose"), "--file", str(FILE), "--env-file", os.devnull, "config", "-q"],
        capture_output=True, text=True, check=False, timeout=60,
        env={key: value for key, value in os.environ.items() if not key.endswith("_PASSWORD")},
    )  # fmt: skip
    assert done.returncode != 0
    assert "set it in .env" in done.stderr


def test_every_variable_is_one_that_is_documented() -> None:
    asked = set(re.findall(r"(?<!\$)\$\{([A-Z0-9_]+)", FILE.read_text(encoding="utf-8")))
    assert asked - KNOWN == set()


def test_the_platform_is_given_only_what_its_settings_read() -> None:
    given = {name: set(service.get("environment") or {}) for name, service in every_service().items()}
    own = {name: variables for name, variables in given.items() if set(PLATFORM) <= variables}
    assert {"backend", "migrate", "beat", "whisper-worker"} <= set(own)
    # The rest of the environment is .env itself.
    assert {name: unread for name, variables in own.items() if (unread := variables - READ - KNOWN)} == {}


@pytest.mark.parametrize("name", sorted(every_service()))
def test_every_container_is_bounded_and_unprivileged(name: str) -> None:
    service = every_service()[name]
    limits = service["deploy"]["resources"]["limits"]
    assert limits["memory"] and limits["cpus"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("read_only") or name in WRITES_ELSEWHERE
    assert not service.get("privileged")


@pytest.mark.parametrize("name", sorted(set(every_service()) - ENDS - SILENT))
def test_what_runs_on_says_whether_it_is_well(name: str) -> None:
    service = every_service()[name]
    if service.get("build"):  # its Dockerfile says how
        assert not service.get("healthcheck")
        return
    assert service["healthcheck"]["test"]


def test_nothing_starts_before_what_it_needs() -> None:
    def waits(name: str) -> dict[str, str]:
        needed = every_service()[name]["depends_on"]
        return {other: entry["condition"] for other, entry in needed.items()}

    assert waits("migrate") == {"database": "service_healthy"}
    assert waits("backend") == {
        "migrate": "service_completed_successfully", "broker": "service_healthy",
        "bucket": "service_completed_successfully",  # where the profile s3 has one
    }  # fmt: skip
    assert every_service()["backend"]["depends_on"]["bucket"]["required"] is False
    assert waits("frontend") == {"backend": "service_healthy"}
    for name in ("worker", "worker-reports", "whisper-worker"):
        assert waits(name)["models"] == "service_completed_successfully", name
        assert waits(name)["migrate"] == "service_completed_successfully", name


def test_only_the_two_fronts_are_published_and_only_here() -> None:
    published = {name: service["ports"] for name, service in services("").items() if service.get("ports")}

    assert set(published) == {"backend", "frontend"}
    assert {(port["host_ip"], port["published"]) for ports in published.values() for port in ports} == {
        ("127.0.0.1", "8000"),
        ("127.0.0.1", "5173"),
    }
    for name in ("database", "broker"):
        assert list(every_service()[name]["networks"]) == ["inside"]


@pytest.mark.parametrize("name", sorted(every_service()))
def test_images_are_built_here_or_pinned(name: str) -> None:
    service = every_service()[name]
    if service.get("build"):
        assert f" AS {service['build']['target']}\n" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
        return
    if service["image"].startswith("therapist-ai-platform/"):
        return
    tag = service["image"].rpartition(":")[2]
    assert re.search(r"\d+\.\d+", tag), service["image"]
    assert any(
        f"/{image}:" in service["image"] or f"library/{image}:" in service["image"] for image, *_ in IMAGES
    )


def test_each_queue_of_the_product_has_a_worker_and_reports_never_wait_for_a_recording() -> None:
    def queues(service: dict[str, Any]) -> set[str]:
        command = service.get("command") or []
        return set(command[command.index("-Q") + 1].split(",")) if "-Q" in command else set()

    taken = {name: queues(service) for name, service in services("").items() if queues(service)}
    assert sorted(queue for each in taken.values() for queue in each) == [
        "default",
        "reports",
        "transcription",
    ]
    gpu = services("gpu")["whisper-worker"]
    assert queues(gpu) == {"transcription"} and gpu["command"][gpu["command"].index("-c") + 1] == "1"
    assert gpu["environment"]["ENGINE_DEVICE"] == "cuda"


def test_every_file_that_is_mounted_is_part_of_the_repository() -> None:
    mounted = {
        Path(volume["source"])
        for service in every_service().values()
        for volume in service.get("volumes", [])
        if volume["type"] == "bind"
    }
    assert mounted
    assert [str(path.relative_to(ROOT)) for path in mounted if not path.exists()] == []
