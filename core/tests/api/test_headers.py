"""Security headers, and the documentation page under a policy of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

ROOT = Path(__file__).resolve().parents[3]


def test_every_answer_is_locked_down(anonymous: APIClient) -> None:
    for address in ("/health", "/patients", "/nothing-here"):
        answer = anonymous.get(address)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Cache-Control"] == "no-store"
        assert "geolocation=()" in answer["Permissions-Policy"]
        assert "Strict-Transport-Security" not in answer


def test_https_switches_on_what_needs_it() -> None:
    program = (
        "from core import settings as s;"
        "print(s.SECURE_HSTS_SECONDS, s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    )
    for https, expected in (("1", "31536000 True True True"), ("0", "0 False False False")):
        environment = {**os.environ, "HTTPS": https, "SECRET_KEY": "x" * 50}
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == expected


def test_a_page_from_elsewhere_needs_to_be_listed(anonymous: APIClient, settings: Settings) -> None:
    origin: dict[str, Any] = {"HTTP_ORIGIN": "http://localhost:5173"}
    assert "Access-Control-Allow-Origin" not in anonymous.get("/health", **origin)
    settings.CORS_ALLOWED_ORIGINS = ["http://localhost:5173"]
    answer = anonymous.options("/auth/login", HTTP_ACCESS_CONTROL_REQUEST_METHOD="POST", **origin)
    assert answer["Access-Control-Allow-Origin"] == "http://localhost:5173"
    assert "x-refresh-cookie" in answer["Access-Control-Allow-Headers"]


def test_debug_is_off_by_default() -> None:
    environment = {key: value for key, value in os.environ.items() if key != "DEBUG"}
    done = subprocess.run(
        [sys.executable, "-c", "from core import settings; print(settings.DEBUG)"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "False"


def test_the_docs_page_runs_scripts_of_this_host_only(anonymous: APIClient) -> None:
    page = anonymous.get("/docs", HTTP_ACCEPT="text/html")
    assert page.status_code == 200
    policy = page["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "style-src 'self' 'unsafe-inline'" in policy
    html = page.content.decode()
    assert "<script>" not in html
    assert "swagger-ui-bundle.js" in html
    script = anonymous.get("/docs?script=", HTTP_ACCEPT="*/*")
    assert script.status_code == 200
    assert script["Content-Type"].startswith("application/javascript")
    assert "/schema" in script.content.decode()


def test_the_schema_is_served(anonymous: APIClient) -> None:
    answer = anonymous.get("/schema?format=json")
    assert answer.status_code == 200
    document = anonymous.get("/schema", HTTP_ACCEPT="application/json").json()
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    problem = document["paths"]["/patients"]["get"]["responses"]["401"]["content"]
    assert list(problem) == ["application/problem+json"]
