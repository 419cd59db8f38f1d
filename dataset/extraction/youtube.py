"""The YouTube Data API: a playlist's videos, page by page, within the day's quota.

Every list call costs one unit (developers.google.com/youtube/v3/determine_quota_cost), whatever it
answers; a page of 50 videos takes two calls. Pages of an unfinished listing are kept, so that a
killed run asks for none of them again.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dataset.backoff import is_transient, status_of, with_backoff
from dataset.errors import Quarantine, QuotaReached, StopRun
from dataset.extraction.config import Services
from dataset.ledger import Ledger
from dataset.workspace import write_text

_PAGE = 50
_QUOTA_REASONS = {"quotaExceeded", "dailyLimitExceeded"}
_PACIFIC = ZoneInfo("America/Los_Angeles")

Answer = dict[str, Any]


class YouTube:
    """A counted, cached client.

    Args:
        services: key, address and quota.
        ledger: counts the units.
        pages: folder for the pages of unfinished listings.
        sleep: how pauses are made.
    """

    def __init__(
        self, services: Services, ledger: Ledger, pages: Path, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._services = services
        self._ledger = ledger
        self._pages = pages
        self._sleep = sleep
        self._api: Any = None

    def playlist_pages(self, playlist: str, key: str) -> list[tuple[Answer, Answer]]:
        """All pages in order: the playlistItems answer and the videos answer of its ids.

        Args:
            playlist: the playlist's id.
            key: the work's key; pages kept under another key are not used.

        Raises:
            Quarantine: `playlist_not_found`, `playlist_private`.
            QuotaReached: the day's units are used up, by our count or by theirs.
            StopRun: `key_missing`, `key_refused`.
            TransientService: the service stayed away.
        """
        pages: list[tuple[Answer, Answer]] = []
        token: str | None = None
        while True:
            number = len(pages)
            items = self._kept(
                key,
                f"{number:04d}-items",
                lambda token=token: self._items(playlist, token),  # type: ignore[misc]
            )
            ids = [item["contentDetails"]["videoId"] for item in items.get("items", [])]
            videos = (
                self._kept(key, f"{number:04d}-videos", lambda ids=ids: self._videos(playlist, ids))  # type: ignore[misc]
                if ids
                else {"items": []}
            )
            pages.append((items, videos))
            token = items.get("nextPageToken")
            if not token:
                return pages

    def forget(self, key: str) -> None:
        """Drop the pages of a listing that is finished."""
        shutil.rmtree(self._pages / key, ignore_errors=True)

    def close(self) -> None:
        """Close the connection."""
        if self._api is not None:
            self._api.close()
            self._api = None

    def _kept(self, key: str, name: str, ask: Callable[[], Answer]) -> Answer:
        file = self._pages / key / f"{name}.json"
        if file.is_file():
            return dict(json.loads(file.read_text(encoding="utf-8")))
        answer = ask()
        write_text(file, json.dumps(answer))
        return answer

    def _items(self, playlist: str, token: str | None) -> Answer:
        return self._ask(
            playlist,
            lambda api: api.playlistItems().list(
                part="snippet,contentDetails,status", playlistId=playlist, maxResults=_PAGE, pageToken=token
            ),
        )

    def _videos(self, playlist: str, ids: list[str]) -> Answer:
        return self._ask(
            playlist, lambda api: api.videos().list(part="contentDetails,status", id=",".join(ids))
        )

    def _ask(self, playlist: str, request: Callable[[Any], Any]) -> Answer:
        def once() -> Answer:
            self._check_quota()
            try:
                answer: Answer = request(self._client()).execute(num_retries=0)
                return answer
            finally:
                self._ledger.spend(playlist, "playlist", "youtube", "v3", input_units=1)

        try:
            return with_backoff(
                once, attempts=self._services.attempts, base_s=self._services.backoff_s, sleep=self._sleep
            )
        except Exception as error:
            # The library's own message holds the address and with it the key.
            if is_transient(error) or status_of(error) is None:
                raise
            raise _refusal(error) from None

    def _check_quota(self) -> None:
        midnight = datetime.now(_PACIFIC).replace(hour=0, minute=0, second=0, microsecond=0)
        used = self._ledger.units_since("youtube", midnight.astimezone(UTC))
        if used + 1 > self._services.youtube_daily_units:
            raise QuotaReached(
                f"{used} of {self._services.youtube_daily_units} YouTube units of today are used."
            )

    def _client(self) -> Any:
        if self._api is not None:
            return self._api
        if not self._services.youtube_api_key:
            raise StopRun("YOUTUBE_API_KEY is not set.", "key_missing")
        import httplib2
        from google.api_core.client_options import ClientOptions
        from googleapiclient.discovery import build

        options = ClientOptions(api_endpoint=self._services.youtube_endpoint or None)
        self._api = build(
            "youtube",
            "v3",
            http=httplib2.Http(timeout=self._services.timeout_s),
            developerKey=self._services.youtube_api_key,
            client_options=options,
            static_discovery=True,
            cache_discovery=False,
        )
        return self._api


def _refusal(error: Exception) -> Exception:
    reasons = _reasons(error)
    status = status_of(error)
    if reasons & _QUOTA_REASONS:
        return QuotaReached("YouTube says that the day's quota is used up.")
    if status == 404:
        return Quarantine("YouTube has no such playlist.", "playlist_not_found")
    if "playlistItemsNotAccessible" in reasons or "playlistForbidden" in reasons:
        return Quarantine("The playlist is private.", "playlist_private")
    named = ", ".join(sorted(reasons)) or "no reason given"
    return StopRun(f"YouTube refused the request (status {status}: {named}).", "key_refused")


def _reasons(error: Exception) -> set[str]:
    try:
        body = json.loads(getattr(error, "content", b"") or b"{}")
        return {str(item.get("reason", "")) for item in body["error"].get("errors", [])} - {""}
    except (ValueError, KeyError, TypeError, AttributeError):
        return set()
