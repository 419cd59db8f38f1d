"""A playlist's videos, kept in ROOT/playlists so that the API is asked once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from pydantic import TypeAdapter

from dataset.errors import Quarantine
from dataset.extraction.youtube import Answer, YouTube
from dataset.manifest import Entry, Manifest, work_key
from dataset.stages import Result, run_once
from dataset.workspace import Workspace, safe_id, write_text
from ml.schemas.base import Record

PLAYLIST = "playlist"
_DURATION: TypeAdapter[timedelta] = TypeAdapter(timedelta)


class Availability(StrEnum):
    """What the API says of a video before it is fetched."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    PRIVATE = "private"
    DELETED = "deleted"


class PlaylistVideo(Record):
    """A place in a playlist. `duration_s` is None where the API states none; `licence` is YouTube's
    word: "youtube" or "creativeCommon"."""

    id: str
    title: str = ""
    availability: Availability = Availability.PUBLIC
    duration_s: int | None = None
    licence: str = ""


class Playlist(Record):
    """A playlist in its own order; a video that stands in it twice is listed once."""

    id: str
    videos: list[PlaylistVideo]


def fetch_playlist(
    manifest: Manifest, workspace: Workspace, youtube: YouTube, playlist: str, *, refresh: bool = False
) -> Entry:
    """Make ROOT/playlists/<playlist>.json; a list that is there is kept unless `refresh` asks anew."""
    before = manifest.latest(playlist, PLAYLIST)
    if refresh:
        key = work_key(playlist=playlist, asked=datetime.now(UTC).isoformat())
    else:
        key = before.key if before is not None else work_key(playlist=playlist)

    def work() -> Result:
        safe_id(playlist)
        listing = _read_pages(playlist, youtube.playlist_pages(playlist, key))
        path = write_text(workspace.playlist_file(playlist), listing.model_dump_json(indent=1) + "\n")
        return Result([path])

    entry = run_once(manifest, workspace, playlist, PLAYLIST, key, work)
    youtube.forget(key)
    return entry


def read_playlist(workspace: Workspace, playlist: str) -> Playlist:
    """The kept list.

    Raises:
        Quarantine: `playlist_unknown`; it was never fetched.
    """
    path = workspace.playlist_file(playlist)
    if not workspace.present(path):
        raise Quarantine("The playlist was never listed.", "playlist_unknown")
    return Playlist.model_validate_json(path.read_text(encoding="utf-8"))


def _read_pages(playlist: str, pages: Iterable[tuple[Answer, Answer]]) -> Playlist:
    videos: dict[str, PlaylistVideo] = {}
    for items, details in pages:
        known = {video["id"]: video for video in details.get("items", [])}
        for item in items.get("items", []):
            video = _video(item, known.get(item["contentDetails"]["videoId"]))
            videos.setdefault(video.id, video)
    return Playlist(id=playlist, videos=list(videos.values()))


def _video(item: Answer, details: Answer | None) -> PlaylistVideo:
    video = item["contentDetails"]["videoId"]
    title = item.get("snippet", {}).get("title", "")
    if details is None:
        # The list of videos answers nothing for those that cannot be watched; the place in the
        # playlist still says which kind it is.
        private = item.get("status", {}).get("privacyStatus") == "private" or title == "Private video"
        return PlaylistVideo(
            id=video, title=title, availability=Availability.PRIVATE if private else Availability.DELETED
        )
    duration = details.get("contentDetails", {}).get("duration")
    status = details.get("status", {})
    return PlaylistVideo(
        id=video,
        title=title,
        availability=Availability(status.get("privacyStatus", "public")),
        duration_s=round(_DURATION.validate_python(duration).total_seconds()) if duration else None,
        licence=status.get("license", ""),
    )
