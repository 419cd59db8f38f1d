"""What can be seen of the platform from outside: log lines, metrics, traces.

Ids, counts and durations only. A patient's words, a name or a search is in none of the three, and
`core/tests/observability/test_canary.py` drives the main job with known words to prove it.
"""
