"""The labellers by name."""

from __future__ import annotations

from ml.labelling.tasks import Labeller
from ml.registry import Registry

LABELLERS: Registry[Labeller] = Registry(
    "labeller",
    {
        "light": "ml.labelling.light.LightLabeller",
        "majority": "ml.labelling.majority.MajorityLabeller",
        "rules": "ml.labelling.cues.RuleLabeller",
        "tfidf": "ml.labelling.tfidf.TfidfLabeller",
    },
)
