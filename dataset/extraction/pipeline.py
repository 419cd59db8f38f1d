"""The stages of one video in order, each through `run_once`; in process and as tasks alike."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from dataset.errors import StopRun
from dataset.extraction.assemblyai_speech import AssemblyAISpeech
from dataset.extraction.audio_tracks import AUDIO, audio_key, extract_audio
from dataset.extraction.clips import clip_name, cut_clip, cut_of
from dataset.extraction.config import ASSEMBLYAI, ExtractionConfig, Services
from dataset.extraction.dialogue import dialogue_of
from dataset.extraction.downloads import DOWNLOAD, download, download_key
from dataset.extraction.media import frames_of, inspect
from dataset.extraction.playlists import PlaylistVideo, fetch_playlist
from dataset.extraction.standardize import STANDARDIZE, standardize, standardize_key
from dataset.extraction.transcripts import (
    TRANSCRIPT,
    PlatformSpeech,
    SpeechToText,
    transcript_key,
    write_transcript_of,
)
from dataset.extraction.turns import turns_of
from dataset.extraction.youtube import YouTube
from dataset.ledger import Ledger
from dataset.manifest import Entry, Manifest, Outcome, work_key
from dataset.prices import price_of
from dataset.stages import Result, run_once
from dataset.workspace import VideoFolder, Workspace, replacing, write_text
from ml.schemas.transcript import Transcript

CLIPS = "clips"
STAGES = (DOWNLOAD, STANDARDIZE, AUDIO, TRANSCRIPT, CLIPS)
"""What happens to a video, in order; a stage runs when the one before it is done."""

Work = Callable[[], Result]


@dataclass(slots=True)
class Extraction:
    """An extraction over one workspace. Build one and keep it: clients and engines load on first use."""

    workspace: Workspace
    manifest: Manifest
    ledger: Ledger
    config: ExtractionConfig
    services: Services
    sleep: Callable[[float], None] = time.sleep
    _youtube: YouTube | None = field(default=None, init=False)
    _speech: SpeechToText | None = field(default=None, init=False)

    def playlist(self, playlist: str, *, refresh: bool = False) -> Entry:
        """List a playlist's videos; see `fetch_playlist`."""
        if self._youtube is None:
            pages = self.workspace.root / "state" / "pages"
            self._youtube = YouTube(self.services, self.ledger, pages, self.sleep)
        return fetch_playlist(self.manifest, self.workspace, self._youtube, playlist, refresh=refresh)

    def run(self, playlist: str, video: PlaylistVideo) -> Iterator[Entry]:
        """Every stage of a video until one does not end as done; yields how each ended.

        Raises:
            StopRun, MLError, OSError: as `run_once`.
        """
        for stage in STAGES:
            entry = self.stage(stage, playlist, video)
            yield entry
            if entry.outcome is not Outcome.DONE:
                return

    def pending(self, playlist: str, video: PlaylistVideo) -> tuple[str, ...]:
        """The stages that `run` would work on; none where the video is finished or quarantined."""
        folder = self.workspace.video(playlist, video.id)
        for number, stage in enumerate(STAGES):
            entry = self.manifest.finished(folder.item, stage, self._key(stage, folder, video))
            if entry is None:
                return STAGES[number:]
            if entry.outcome is not Outcome.DONE:
                return ()
        return ()

    def stage(self, stage: str, playlist: str, video: PlaylistVideo) -> Entry:
        """One stage of one video; the stages before it must be done.

        Raises:
            KeyError: there is no such stage.
            StopRun: `stage_before`; the stage before is not done.
        """
        folder = self.workspace.video(playlist, video.id)
        inputs, work = self._works(folder, video)[stage]

        def with_inputs() -> Result:
            for before in inputs:
                for path in self._done(folder, before).outputs:
                    self.workspace.present(self.workspace.root / path)
            return work()

        key = self._key(stage, folder, video)
        return run_once(self.manifest, self.workspace, folder.item, stage, key, with_inputs)

    def close(self) -> None:
        """Close the services' connections; manifest and ledger stay the caller's."""
        if self._youtube is not None:
            self._youtube.close()
        if self._speech is not None:
            self._speech.close()

    def __enter__(self) -> Extraction:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def speech(self) -> SpeechToText:
        """The transcriber that the configuration names."""
        if self._speech is None:
            self._speech = self._build_speech()
        return self._speech

    def _works(self, folder: VideoFolder, video: PlaylistVideo) -> dict[str, tuple[tuple[str, ...], Work]]:
        """Each stage's work and the stages whose outputs it reads."""
        config, services = self.config, self.services
        return {
            DOWNLOAD: (
                (),
                lambda: download(self.manifest, config, services, folder, video, sleep=self.sleep),
            ),
            STANDARDIZE: ((DOWNLOAD,), lambda: standardize(config, folder)),
            AUDIO: (
                (DOWNLOAD, STANDARDIZE),
                lambda: extract_audio(config, folder, self.workspace.root / self._seen(folder)[0]),
            ),
            TRANSCRIPT: ((AUDIO,), lambda: write_transcript_of(self.speech, folder)),
            CLIPS: ((STANDARDIZE, TRANSCRIPT), lambda: self._cut(folder, video)),
        }

    def _key(self, stage: str, folder: VideoFolder, video: PlaylistVideo) -> str:
        config = self.config
        match stage:
            case "download":
                return download_key(config, video)
            case "standardize":
                return standardize_key(config, self._digest(folder, DOWNLOAD))
            case "audio":
                return audio_key(config, self._seen(folder)[1])
            case "transcript":
                return transcript_key(config, self.speech, self._digest(folder, AUDIO))
            case _:
                return work_key(
                    seen=self._seen(folder),
                    transcript=self._done(folder, TRANSCRIPT).outputs[
                        self.workspace.relative(folder.transcript)
                    ],
                    source=self._digest(folder, DOWNLOAD),
                    listed=video.model_dump(mode="json"),
                    rule=[config.min_clip_ms, config.merge_gap_ms, config.max_turn_ms],
                    picture=[config.fps, config.crf, config.preset],
                    watch_url=config.watch_url,
                    version=1,
                )

    def _cut(self, folder: VideoFolder, video: PlaylistVideo) -> Result:
        config = self.config
        transcript = Transcript.model_validate_json(folder.transcript.read_text(encoding="utf-8"))
        turns = turns_of(
            transcript.segments, merge_gap_ms=config.merge_gap_ms, max_turn_ms=config.max_turn_ms
        )
        shutil.rmtree(folder.clips, ignore_errors=True)
        clips: dict[int, str] = {}
        if self._done(folder, STANDARDIZE).outputs:
            frames = len(frames_of(folder.standard).times)
            sound = inspect(folder.standard).audio is not None
            for index, turn in enumerate(turns):
                cut = cut_of(turn, config, frames)
                if cut is None:
                    continue
                target = folder.clips / clip_name(index, turn)
                with replacing(target) as part:
                    cut_clip(folder.standard, cut, config, part, sound=sound)
                clips[index] = self.workspace.relative(target)
        record = dialogue_of(
            config,
            folder,
            video,
            transcript=transcript,
            turns=turns,
            clips=clips,
            source_sha256=self._digest(folder, DOWNLOAD),
        )
        written = write_text(folder.dialogue, record.model_dump_json(indent=1) + "\n")
        return Result([written, *(self.workspace.root / path for path in clips.values())])

    def _seen(self, folder: VideoFolder) -> tuple[str, str]:
        """Path and sha256 of what sound is taken from: video.mp4, or a source without pictures."""
        standard = self._done(folder, STANDARDIZE)
        outputs = standard.outputs or self._done(folder, DOWNLOAD).outputs
        return next(iter(outputs.items()))

    def _done(self, folder: VideoFolder, stage: str) -> Entry:
        entry = self.manifest.latest(folder.item, stage)
        if entry is None or entry.outcome is not Outcome.DONE:
            raise StopRun(f"{folder.item}: the stage {stage} is not done.", "stage_before")
        return entry

    def _digest(self, folder: VideoFolder, stage: str) -> str:
        return next(iter(self._done(folder, stage).outputs.values()))

    def _build_speech(self) -> SpeechToText:
        if self.config.transcriber != ASSEMBLYAI:
            return PlatformSpeech(self.config, self.services)
        price = price_of("assemblyai", self.services.assemblyai_model)["usd_per_hour"]
        jobs = self.workspace.root / "state" / "assemblyai"
        return AssemblyAISpeech(
            self.config, self.services, self.ledger, jobs, usd_per_hour=price, sleep=self.sleep
        )
