"""deploy/kubernetes: valid by schema, whole in its references, and unprivileged."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
from django.db import connection

from core.tests.deploy import kustomize
from core.tests.deploy.compose_file import ROOT
from core.tests.deploy.keda_schema import SCHEMAS
from core.tests.deploy.test_compose import KNOWN, READ
from sessions_app.models import Status
from sessions_app.tests.factories import TherapySessionFactory

EXAMPLE = kustomize.FOLDER / "example"
FOUND = kustomize.resources(EXAMPLE)
PODS = kustomize.pod_specs(FOUND)
SECRETS = kustomize.documents(EXAMPLE / "secret.example.yaml")[0]
NAMES = {(resource["kind"], resource["metadata"]["name"]) for resource in FOUND}
# A patch is only a part of a resource.
PATCHES = {
    (folder / patch["path"]).resolve()
    for folder in kustomize.folders()
    for patch in kustomize.kustomization(folder).get("patches", [])
}
FILES = [
    path
    for path in sorted(kustomize.FOLDER.glob("*/*.yaml"))
    if path.name != "kustomization.yaml" and path.resolve() not in PATCHES
]


def _containers(name: str) -> list[dict[str, Any]]:
    spec = PODS[name]["spec"]
    return [*spec.get("initContainers", []), *spec["containers"]]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_resource_is_valid(path: Path) -> None:
    for resource in kustomize.documents(path):
        if resource["kind"] in SCHEMAS:
            jsonschema.validate(resource, SCHEMAS[resource["kind"]])
        else:
            kubernetes_validate.validate(resource, "1.31", strict=True)


def test_the_schemas_of_kedas_kinds_refuse_what_is_wrong() -> None:
    (scaled,) = kustomize.documents(kustomize.FOLDER / "autoscaling" / "reports.yaml")
    wrong: list[dict[str, Any]] = [{"maxReplicas": 3}, {"maxReplicaCount": "8"}, {"triggers": []}]
    for change in wrong:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({**scaled, "spec": {**scaled["spec"], **change}}, SCHEMAS["ScaledObject"])


@pytest.mark.parametrize("folder", kustomize.folders(), ids=lambda folder: folder.name)
def test_everything_that_is_listed_exists_and_nothing_is_forgotten(folder: Path) -> None:
    listed = set(kustomize.listed(folder))
    assert all(path.exists() for path in listed)
    assert all((path / "kustomization.yaml").is_file() for path in listed if path.is_dir())
    forgotten = {path.resolve() for path in folder.iterdir()} - listed
    assert {path.name for path in forgotten} <= {"kustomization.yaml", "secret.example.yaml"}


def test_names_are_given_once_and_patches_meet_a_resource() -> None:
    assert len(NAMES) == len(FOUND)
    for patch in kustomize.patches(EXAMPLE):
        assert (patch["kind"], patch["metadata"]["name"]) in NAMES


@pytest.mark.parametrize("name", sorted(PODS))
def test_what_a_pod_refers_to_is_there(name: str) -> None:
    spec = PODS[name]["spec"]
    given = {"platform-settings", SECRETS["metadata"]["name"]}
    for container in _containers(name):
        for source in container.get("envFrom", []):
            assert next(iter(source.values()))["name"] in given
        for variable in container.get("env", []):
            reference = variable.get("valueFrom", {}).get("secretKeyRef")
            assert reference is None or reference["key"] in SECRETS["stringData"]
        volumes = {volume["name"] for volume in spec["volumes"]}
        assert {mount["name"] for mount in container["volumeMounts"]} <= volumes
    for volume in spec["volumes"]:
        claim = volume.get("persistentVolumeClaim", {}).get("claimName")
        assert claim is None or ("PersistentVolumeClaim", claim) in NAMES
    assert ("ServiceAccount", spec["serviceAccountName"]) in NAMES


@pytest.mark.parametrize("name", sorted(PODS))
def test_a_pod_has_no_privileges(name: str) -> None:
    spec = PODS[name]["spec"]
    assert spec["automountServiceAccountToken"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault"
    for container in _containers(name):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        if container in spec["containers"]:
            assert container["resources"]["limits"]["memory"]


@pytest.mark.parametrize("name", sorted(PODS))
def test_labels_and_images_fit_together(name: str) -> None:
    labels = PODS[name]["metadata"]["labels"]
    assert labels["app.kubernetes.io/name"] == name
    tagged = {
        image["name"]
        for folder in kustomize.folders()
        for image in kustomize.kustomization(folder).get("images", [])
    }
    for container in _containers(name):
        image = container["image"]
        assert image in tagged or re.search(r":v?\d+\.\d+", image), image


def test_selectors_of_services_budgets_and_policies_find_pods() -> None:
    labels = [pod["metadata"]["labels"] for pod in PODS.values()]
    for resource in FOUND:
        spec = resource.get("spec") or {}
        wanted = {
            "Service": lambda spec=spec: spec["selector"],
            "PodDisruptionBudget": lambda spec=spec: spec["selector"]["matchLabels"],
            "NetworkPolicy": lambda spec=spec: spec["podSelector"].get("matchLabels", {}),
        }.get(resource["kind"])
        if wanted is not None:
            assert any(wanted().items() <= own.items() for own in labels), resource["metadata"]["name"]
    (backend,) = [
        path["backend"]["service"]["name"]
        for resource in FOUND
        if resource["kind"] == "Ingress"
        for rule in resource["spec"]["rules"]
        for path in rule["http"]["paths"]
    ]
    assert ("Service", backend) in NAMES


def test_the_web_pods_are_asked_for_their_health_at_an_address_they_answer() -> None:
    (web,) = PODS["web"]["spec"]["containers"]
    settings = (kustomize.FOLDER / "base" / "settings.env").read_text(encoding="utf-8")
    for probe, path in (
        ("startupProbe", "/health"), ("livenessProbe", "/health"), ("readinessProbe", "/health/ready"),
    ):  # fmt: skip
        asked = web[probe]["httpGet"]
        assert asked["path"] == path
        assert asked["httpHeaders"] == [{"name": "Host", "value": "127.0.0.1"}]
    for file in ("base", "example"):
        settings = (kustomize.FOLDER / file / "settings.env").read_text(encoding="utf-8")
        assert re.search(r"^ALLOWED_HOSTS=127\.0\.0\.1\b", settings, re.MULTILINE), file


def test_there_is_one_clock_and_one_gpu_for_a_worker() -> None:
    by_name = {
        resource["metadata"]["name"]: resource for resource in FOUND if resource["kind"] == "Deployment"
    }
    assert by_name["beat"]["spec"]["replicas"] == 1
    assert by_name["beat"]["spec"]["strategy"] == {"type": "Recreate"}
    (worker,) = by_name["gpu-worker"]["spec"]["template"]["spec"]["containers"]
    assert worker["resources"]["limits"]["nvidia.com/gpu"] == 1
    assert worker["args"][worker["args"].index("-c") + 1] == "1"


def test_settings_are_ones_the_platform_knows() -> None:
    given = {
        line.partition("=")[0]
        for path in kustomize.FOLDER.glob("*/settings.env")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    }
    assert (given | set(SECRETS["stringData"])) - READ - KNOWN == set()


def test_no_secret_is_part_of_a_kustomization() -> None:
    assert "Secret" not in {kind for kind, _ in NAMES}
    assert (ROOT / "deploy" / "kubernetes" / "example" / "secret.example.yaml").is_file()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("file", "counted"),
    [
        ("transcription.yaml", {Status.UPLOADED, Status.TRANSCRIBING}),
        ("reports.yaml", {Status.TRANSCRIBED, Status.REPORTING}),
    ],
)
def test_the_scalers_count_what_waits_and_what_is_in_work(file: str, counted: set[Status]) -> None:
    (scaled,) = kustomize.documents(kustomize.FOLDER / "autoscaling" / file)
    (trigger,) = scaled["spec"]["triggers"]
    for status in Status:
        TherapySessionFactory.create(status=status)

    with connection.cursor() as cursor:
        cursor.execute(trigger["metadata"]["query"])
        (count,) = cursor.fetchone()
    assert count == len(counted)
    assert ("Deployment", scaled["spec"]["scaleTargetRef"]["name"]) in NAMES
