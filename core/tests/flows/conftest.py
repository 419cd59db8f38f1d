"""What the flow tests talk to the live platform with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.runtime.journey import PlatformClient
from core.tests.flows.platform import LivePlatform


@pytest.fixture
def client(platform: LivePlatform) -> Iterator[PlatformClient]:
    """Signed in with the demo login."""
    with platform.client() as client:
        yield client
