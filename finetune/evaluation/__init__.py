"""Measures labellers and tuned models, beside baselines and published figures."""
