"""Playlists become dialogues with clips, on the terminal or through the queues."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qs, urlparse

from django.conf import settings
from django.core.management.base import CommandError

from dataset.console import Meter
from dataset.errors import DatasetError, Quarantine
from dataset.extraction.config import ASSEMBLYAI, PLATFORM, ExtractionConfig
from dataset.extraction.ffmpeg import ffmpeg_path
from dataset.extraction.pipeline import Extraction
from dataset.extraction.plan import Plan, check_disk, plan_of
from dataset.extraction.playlists import PlaylistVideo, read_playlist
from dataset.management.arguments import at_least_one, us_dollars
from dataset.management.command import DatasetCommand, add_root
from dataset.management.services import services_from, work_dir_from
from dataset.manifest import Entry, Outcome
from dataset.rooms import open_data_set
from dataset.workspace import safe_id
from ml.errors import MLError

_GB = 1e9


class Command(DatasetCommand):
    help = "Videos of YouTube playlists: download, 16 FPS, 16 kHz, diarized transcript, clips, dialogue."
    example = """
examples:
  python manage.py dataset_extract PLyour_playlist_id --dry-run
  python manage.py dataset_extract PLone PLtwo --root var/therapy
  python manage.py dataset_extract PLone --transcriber assemblyai --budget 20
  python manage.py dataset_extract PLone --root gs://bucket/therapy --celery

Run it again to go on: what is finished is neither fetched nor paid again. Exit status: 0 all videos
ended done or quarantined, 1 some failed and wait for the next run, 2 the run had to stop.
"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        usual = ExtractionConfig()
        parser.add_argument(
            "playlists", nargs="+", type=_playlist_id, metavar="PLAYLIST", help="id or address"
        )
        add_root(parser)
        parser.add_argument("--video", action="append", default=[], help="only this video id (repeatable)")
        parser.add_argument("--limit", type=at_least_one, help="only the first N videos of each playlist")
        parser.add_argument("--refresh", action="store_true", help="ask YouTube for the lists again")
        parser.add_argument(
            "--transcriber",
            choices=[PLATFORM, ASSEMBLYAI],
            default=usual.transcriber,
            help="the engines of the platform (default) or AssemblyAI, which costs",
        )
        parser.add_argument("--language", default=usual.language, help="a code such as en; default: detected")
        parser.add_argument(
            "--speakers", type=int, choices=range(1, 7), help="how many speak; default: found out"
        )
        parser.add_argument(
            "--min-clip-seconds",
            type=float,
            default=usual.min_clip_ms / 1000,
            help="turns must be longer to get a clip (%(default)s)",
        )
        parser.add_argument(
            "--merge-gap-seconds",
            type=float,
            default=usual.merge_gap_ms / 1000,
            help="the longest pause inside a turn (%(default)s)",
        )
        parser.add_argument("--format", default=usual.video_format, help="yt-dlp's format selection")
        parser.add_argument("--budget", type=us_dollars, help="US dollars this data set may ever cost")
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="say what would be fetched and its cost; only lists are asked for (2 units for 50 videos)",
        )
        parser.add_argument("--celery", action="store_true", help="queue the stages instead of working here")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            config = _config(options)
            with (
                open_data_set(options["root"], work_dir_from(settings), options["budget"]) as data_set,
                Extraction(
                    data_set.workspace, data_set.manifest, data_set.ledger, config, services_from(settings)
                ) as extraction,
            ):
                failed = self._run(extraction, options)
        except (DatasetError, MLError) as error:
            raise CommandError(f"{error.code}: {error}", returncode=2) from None
        except (ValueError, OSError) as error:
            raise CommandError(str(error), returncode=2) from None
        except KeyboardInterrupt:
            raise CommandError(
                "Interrupted: finished stages are kept, run it again to go on.", returncode=130
            ) from None
        if failed:
            raise CommandError(f"{failed} failed; run it again to try them once more.", returncode=1)

    def _run(self, extraction: Extraction, options: dict[str, Any]) -> int:
        failed, wanted = self._list(extraction, options)
        plan = plan_of(extraction, wanted)
        self._describe(plan)
        if options["dry_run"]:
            for one in plan.videos:
                state = one.video.availability.value if one.hidden else ", ".join(one.stages) or "finished"
                self.stdout.write(f"  {one.playlist}/{one.video.id}: {state}")
            return failed
        ffmpeg_path()
        check_disk(extraction.workspace.root, plan.disk_bytes)
        if options["celery"]:
            return failed + self._queue(plan, extraction, options)
        if any(one.stages and not one.hidden for one in plan.videos):
            extraction.speech.ready()
        return failed + self._work(plan, extraction)

    def _list(
        self, extraction: Extraction, options: dict[str, Any]
    ) -> tuple[int, list[tuple[str, PlaylistVideo]]]:
        wanted: list[tuple[str, PlaylistVideo]] = []
        failed = 0
        for playlist in dict.fromkeys(options["playlists"]):
            entry = extraction.playlist(playlist, refresh=options["refresh"])
            if entry.outcome is not Outcome.DONE:
                self._tell(self.stderr.write, entry)
                failed += entry.outcome is Outcome.FAILED
                continue
            videos = read_playlist(extraction.workspace, playlist).videos[: options["limit"]]
            only = set(options["video"])
            wanted += [(playlist, video) for video in videos if not only or video.id in only]
        return failed, wanted

    def _work(self, plan: Plan, extraction: Extraction) -> int:
        failed = 0
        with Meter(len(plan.videos), "video", self.stdout.write) as meter:
            for one in plan.videos:
                for entry in extraction.run(one.playlist, one.video) if one.stages else ():
                    self._tell(meter.tell, entry)
                    failed += entry.outcome is Outcome.FAILED
                meter.advance()
        return failed

    def _queue(self, plan: Plan, extraction: Extraction, options: dict[str, Any]) -> int:
        from dataset.tasks import send

        carried = asdict(extraction.config)
        carried["budget_usd"] = str(options["budget"]) if options["budget"] is not None else None
        waiting = [one for one in plan.videos if one.stages]
        for one in waiting:
            send(one.stages[0], options["root"], one.playlist, one.video.id, carried)
        self.stdout.write(f"{len(waiting)} videos queued; dataset_status shows how far they are.")
        return 0

    def _describe(self, plan: Plan) -> None:
        open_ones = sum(bool(one.stages) for one in plan.videos)
        self.stdout.write(
            f"{len(plan.videos)} videos, {open_ones} to work on: {plan.downloads} downloads,"
            f" {plan.seconds / 3600:.1f} h, about {plan.disk_bytes / _GB:.2f} GB,"
            f" transcription {plan.usd:.2f} USD"
        )

    @staticmethod
    def _tell(write: Callable[[str], Any], entry: Entry) -> None:
        reason = f" ({entry.reason})" if entry.reason else ""
        write(f"{entry.item} {entry.stage}: {entry.outcome.value}{reason}")


def _config(options: dict[str, Any]) -> ExtractionConfig:
    return ExtractionConfig(
        watch_url=settings.DATASET_WATCH_URL,
        video_format=options["format"],
        min_clip_ms=round(options["min_clip_seconds"] * 1000),
        merge_gap_ms=round(options["merge_gap_seconds"] * 1000),
        transcriber=options["transcriber"],
        language=options["language"],
        speakers_expected=options["speakers"],
    )


def _playlist_id(text: str) -> str:
    """The id itself, also out of a playlist's address.

    Raises:
        ArgumentTypeError: it is neither.
    """
    listed: Iterable[str] = parse_qs(urlparse(text).query).get("list", [])
    found = next(iter(listed), text)
    try:
        return safe_id(found)
    except Quarantine:
        raise ArgumentTypeError(f"{text!r} is neither a playlist's id nor its address") from None
