"""A video id becomes ROOT/videos/<playlist>/<video>/source.*, by yt-dlp."""

from __future__ import annotations

import logging
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from dataset.backoff import with_backoff
from dataset.errors import DatasetError, Quarantine, ServiceRefused, TransientService
from dataset.extraction.config import ExtractionConfig, Services
from dataset.extraction.ffmpeg import ffmpeg_path
from dataset.extraction.media import MediaFacts, fingerprint, inspect
from dataset.extraction.playlists import Availability, PlaylistVideo
from dataset.manifest import Manifest, work_key
from dataset.stages import Result
from dataset.workspace import VideoFolder
from ml.errors import PermanentError

DOWNLOAD = "download"
_SILENT = logging.getLogger("dataset.yt_dlp")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False

# What the pages of videos that cannot be watched say, by the outcome they get.
_SENTENCES = (
    ("private", re.compile(r"private video|video is private|members[- ]only|join this channel", re.I)),
    ("age_restricted", re.compile(r"confirm your age|age[- ]restricted", re.I)),
    ("geo_restricted", re.compile(r"in your country|geo[- ]?restrict|in your location", re.I)),
    ("deleted", re.compile(r"has been removed|video unavailable|no longer available|terminated", re.I)),
    ("not_a_video", re.compile(r"unsupported url|no video formats|format is not available", re.I)),
)
_ROBOT = re.compile(r"not a bot|unusual traffic", re.I)


def download_key(config: ExtractionConfig, video: PlaylistVideo) -> str:
    """A video that was private and became public is another work."""
    return work_key(
        video=video.id,
        watch_url=config.watch_url,
        format=config.video_format,
        availability=video.availability.value,
    )


def download(
    manifest: Manifest,
    config: ExtractionConfig,
    services: Services,
    folder: VideoFolder,
    video: PlaylistVideo,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Result:
    """Fetch the video and look at it.

    A killed download goes on where it stopped if the server allows it.

    Raises:
        Quarantine: `private`, `deleted`, `age_restricted`, `geo_restricted`, `not_a_video`; `duplicate` (the
            same id in another playlist, or the same content under another id); `too_short` (no clip
            could come of it); `no_media`.
        ServiceRefused: 401, 403, a robot check.
        TransientService: the server stayed away.
        PermanentError: `unsupported_media`, `corrupted_audio`, `empty_audio`.
    """
    if video.availability in {Availability.PRIVATE, Availability.DELETED}:
        raise Quarantine("The playlist says that it cannot be watched.", video.availability.value)
    owner = manifest.claim("video", video.id, folder.item)
    if owner != folder.item:
        raise Quarantine(f"It is also {owner}.", "duplicate")
    url = config.watch_url.format(video=video.id)
    work = folder.path / ".part.download"
    try:
        return _download(manifest, config, services, folder, url, work, sleep=sleep)
    except (Quarantine, PermanentError):
        # Nothing of it is of use; after other errors yt-dlp goes on with what it has.
        shutil.rmtree(work, ignore_errors=True)
        raise


def _download(  # noqa: PLR0917
    manifest: Manifest,
    config: ExtractionConfig,
    services: Services,
    folder: VideoFolder,
    url: str,
    work: Path,
    *,
    sleep: Callable[[float], None],
) -> Result:
    fetched = with_backoff(
        lambda: _fetch(url, config.video_format, work, services.timeout_s),
        attempts=services.attempts,
        base_s=services.backoff_s,
        sleep=sleep,
    )
    facts = _fit(fetched, config)
    owner = manifest.claim("content", fingerprint(fetched, facts), folder.item)
    if owner != folder.item:
        raise Quarantine(f"It has the same content as {owner}.", "duplicate")
    target = folder.path / f"source{fetched.suffix.lower()}"
    for old in folder.path.glob("source.*"):
        old.unlink()
    fetched.replace(target)
    shutil.rmtree(work)
    return Result([target], reason=", ".join(facts.notes))


def _fit(path: Path, config: ExtractionConfig) -> MediaFacts:
    facts = inspect(path)
    if facts.video is None and facts.audio is None:
        raise Quarantine("It has neither pictures nor sound.", "no_media")
    if 0 < facts.duration_ms <= config.min_clip_ms:
        raise Quarantine(f"It lasts {facts.duration_ms} ms.", "too_short")
    return facts


def _fetch(url: str, video_format: str, work: Path, timeout_s: float) -> Path:
    from yt_dlp import YoutubeDL
    from yt_dlp.utils import YoutubeDLError

    work.mkdir(parents=True, exist_ok=True)
    options: Any = {
        "outtmpl": {"default": str(work / "source.%(ext)s")},
        "format": video_format,
        "ffmpeg_location": ffmpeg_path(),
        "logger": _SILENT,
        "noprogress": True,
        "quiet": True,
        "noplaylist": True,
        "cachedir": False,
        "socket_timeout": timeout_s,
        # Trying again is `with_backoff`'s, which honours Retry-After.
        "retries": 0,
        "extractor_retries": 0,
        "fragment_retries": 0,
        "file_access_retries": 0,
        "skip_unavailable_fragments": False,
        "color": "never",
        "updatetime": False,
    }
    try:
        with YoutubeDL(options) as loader:
            loader.extract_info(url, download=True)
    except YoutubeDLError as error:
        raise _meaning(error) from None
    whole = [path for path in work.glob("source.*") if path.suffix not in {".part", ".ytdl"}]
    if len(whole) != 1:
        raise TransientService("The download left no whole file.")
    return whole[0]


def _meaning(error: BaseException) -> DatasetError:
    """What yt-dlp's error says about the video or the server; its text, which may hold addresses, is
    read and not passed on."""
    from yt_dlp.networking.exceptions import HTTPError, TransportError

    chain = list(_causes(error))
    said = " ".join(str(one) for one in chain)
    for one in chain:
        if isinstance(one, HTTPError):
            return _refusal(one.status, one.response.headers.get("Retry-After"))
    if _ROBOT.search(said):
        return ServiceRefused("The server asks whether this is a robot.")
    for code, sentence in _SENTENCES:
        if sentence.search(said):
            return Quarantine("The server does not give it out.", code)
    if any(isinstance(one, TransportError | TimeoutError | ConnectionError) for one in chain):
        return TransientService("The connection was lost.")
    return ServiceRefused(f"yt-dlp could not fetch it ({type(chain[-1]).__name__}).")


def _refusal(status: int, retry_after: str | None) -> DatasetError:
    if status == 429 or status >= 500:
        seconds = float(retry_after) if retry_after and retry_after.isdigit() else None
        return TransientService(f"The server answered {status}.", seconds)
    if status in {404, 410, 451}:
        return Quarantine(f"The server answered {status}.", "deleted")
    return ServiceRefused(f"The server answered {status}.")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        info = getattr(one, "exc_info", None) or (None, None, None)
        cause = getattr(one, "cause", None)
        waiting += [
            info[1],
            cause if isinstance(cause, BaseException) else None,
            one.__cause__,
            one.__context__,
        ]
