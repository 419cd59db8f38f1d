"""Fitted numbers, written by benchmarks/speech/fit_roles.py; see there how."""

from __future__ import annotations

# name: (usual rate per 100 words or usual value, weight of the difference)
FITTED: dict[str, tuple[float, float]] = {
    "first_person": (6.9755, -1.2664),
    "second_person": (7.0106, 1.3458),
    "together": (0.6215, 0.0000),
    "third_person": (3.4302, -0.7003),
    "hedge": (0.7429, -0.1828),
    "filler": (1.3704, -0.4942),
    "negation": (2.8481, -0.3845),
    "past": (3.3515, -0.1330),
    "reasons": (0.9035, -0.0755),
    "relations": (0.3086, -1.5275),
    "distress": (0.3057, -0.2597),
    "your_feelings": (1.1587, 0.0000),
    "permission": (0.2077, 0.5100),
    "agenda": (0.3123, 0.1916),
    "information": (0.1739, 0.9717),
    "praise": (0.2006, 0.2751),
    "open_question": (1.9830, 0.0000),
    "closed_question": (0.9149, 0.0504),
    "reflection": (0.9473, 0.0000),
    "structuring": (0.1493, 0.1413),
    "acknowledgement": (0.4792, 0.0258),
    "answer": (1.4569, -0.0069),
    "self": (2.8138, 0.0000),
    "question_mark": (4.2881, 0.0000),
    "turn_length": (2.0674, 0.9636),
    "short_turns": (0.2393, 1.0727),
    "talk_share": (0.1572, -2.7967),
}
