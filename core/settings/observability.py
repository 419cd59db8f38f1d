"""Metrics and traces: off until a token, a network or a collector is named."""

import os
from ipaddress import ip_network

from core.settings.environment import VAR_DIR, env

METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
"""`GET /metrics` answers who sends it as a bearer token."""
METRICS_NETWORKS = [ip_network(network) for network in env.list("METRICS_NETWORKS", default=[])]
"""Addresses that are answered without a token, as 10.0.0.0/8."""
METRICS_WORKER_PORT = env.int("METRICS_WORKER_PORT", default=0)
"""Where a worker of its own container answers GET /metrics; 0 for a worker beside the web server."""
METRICS_DIR = VAR_DIR / "run" / "metrics"
METRICS = bool(METRICS_TOKEN or METRICS_NETWORKS)

if METRICS:
    # Read by prometheus_client when it is first imported: from then on the web server's and the
    # workers' processes count in files here, and whichever is asked adds them up.
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(METRICS_DIR))
    METRICS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

TRACES = bool(env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default=""))
"""OpenTelemetry's own variables say the rest: OTEL_EXPORTER_OTLP_HEADERS, OTEL_TRACES_SAMPLER, ..."""

STATE_METRICS: list[str] = ["sessions_app.work_metrics.work_waiting"]
"""Dotted paths of functions that give metric families; called at each scrape."""
