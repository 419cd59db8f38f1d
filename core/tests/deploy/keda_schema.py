"""JSON schemas of the two KEDA kinds, for the fields that deploy/kubernetes uses and no others.

KEDA's own definitions are in no Python package; these are written after its documentation of
ScaledObject, TriggerAuthentication and the PostgreSQL scaler (2.x), whose metadata its definitions
leave open. The npm package @kubernetes-models/keda 2.0.0, made from those, takes the same files.
"""

from __future__ import annotations

from typing import Any

NAME: dict[str, Any] = {"type": "string", "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "maxLength": 253}
SECONDS: dict[str, Any] = {"type": "integer", "minimum": 0}


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


_METADATA = _object(["name"], name=NAME, namespace=NAME)
_POLICY = _object(
    ["type", "value", "periodSeconds"],
    type={"enum": ["Pods", "Percent"]},
    value={"type": "integer", "minimum": 1},
    periodSeconds={"type": "integer", "minimum": 1, "maximum": 1800},
)
_SCALE_DOWN = _object(
    ["stabilizationWindowSeconds", "policies"],
    stabilizationWindowSeconds={**SECONDS, "maximum": 3600},
    policies={"type": "array", "items": _POLICY, "minItems": 1},
)
# Every value of a trigger's metadata is a string.
_POSTGRESQL = _object(
    ["type", "metadata", "authenticationRef"],
    type={"const": "postgresql"},
    metricType={"enum": ["AverageValue", "Value"]},
    authenticationRef=_object(["name"], name=NAME),
    metadata=_object(
        ["query", "targetQueryValue"],
        query={"type": "string", "pattern": "^SELECT "},
        targetQueryValue={"type": "string", "pattern": r"^\d+(\.\d+)?$"},
    ),
)

SCHEMAS: dict[str, dict[str, Any]] = {
    "ScaledObject": _object(
        ["apiVersion", "kind", "metadata", "spec"],
        apiVersion={"const": "keda.sh/v1alpha1"},
        kind={"const": "ScaledObject"},
        metadata=_METADATA,
        spec=_object(
            ["scaleTargetRef", "triggers", "maxReplicaCount"],
            scaleTargetRef=_object(["name"], name=NAME),
            minReplicaCount={"type": "integer", "minimum": 0},
            maxReplicaCount={"type": "integer", "minimum": 1},
            pollingInterval=SECONDS,
            cooldownPeriod=SECONDS,
            advanced=_object(
                ["horizontalPodAutoscalerConfig"],
                horizontalPodAutoscalerConfig=_object(
                    ["behavior"], behavior=_object(["scaleDown"], scaleDown=_SCALE_DOWN)
                ),
            ),
            triggers={"type": "array", "items": _POSTGRESQL, "minItems": 1},
        ),
    ),
    "TriggerAuthentication": _object(
        ["apiVersion", "kind", "metadata", "spec"],
        apiVersion={"const": "keda.sh/v1alpha1"},
        kind={"const": "TriggerAuthentication"},
        metadata=_METADATA,
        spec=_object(
            ["secretTargetRef"],
            secretTargetRef={
                "type": "array",
                "minItems": 1,
                "items": _object(
                    ["parameter", "name", "key"],
                    parameter={"const": "connection"},
                    name=NAME,
                    key={"type": "string", "minLength": 1},
                ),
            },
        ),
    ),
}
