"""Dialogues in, labelled dialogues out: one manifest entry per turn, one model in memory at a time."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from dataset.annotation.config import AnnotationConfig, ModelChoice
from dataset.annotation.context import window
from dataset.annotation.engine import AnnotationEngine, TurnLabels
from dataset.annotation.jobs import LABEL_STAGE, Job, item_of
from dataset.annotation.queues import ModelSlot, by_model, choice_for
from dataset.annotation.routing import ModelKind, route
from dataset.annotation.rules import RuleLabels, rule_labels
from dataset.errors import Quarantine, StopRun
from dataset.manifest import Entry, Outcome, work_key
from dataset.rooms import DataSet
from dataset.stages import Result, run_once
from dataset.workspace import VideoFolder, Workspace, write_text
from ml.schemas.dialogue import AnnotatedDialogue, Utterance
from ml.schemas.transcript import SpeakerRole

DIALOGUE_STAGE = "annotate"
ALL_KINDS = frozenset(ModelKind)


@dataclass(slots=True)
class Summary:
    """What a run did, or would do. `turns` counts outcomes, `routes` why turns went to which model,
    `waiting` the turns that still need their model, `usd` what the calls of this run cost (in a dry
    run: what they may cost at most), `unlabelled` the emotions and the therapists' strategies that the
    written dialogues lack, for somebody to look at."""

    videos: int = 0
    turns: Counter[str] = field(default_factory=Counter)
    routes: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    written: int = 0
    usd: Decimal = Decimal(0)
    loads: list[str] = field(default_factory=list)
    unlabelled: Counter[str] = field(default_factory=Counter)


class Annotation:
    """One way to annotate, at work on one data set.

    Args:
        data_set: the workspace with its manifest and ledger.
        config: models and context.
        slot: where the models are loaded; whoever made it closes it.
        clip_uris: see `AnnotationEngine`.
        sleep: how pauses between attempts are made.
    """

    def __init__(
        self,
        data_set: DataSet,
        config: AnnotationConfig,
        slot: ModelSlot,
        *,
        clip_uris: str = "",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._workspace = data_set.workspace
        self._manifest = data_set.manifest
        self._ledger = data_set.ledger
        self._config = config
        self._slot = slot
        self._engine = AnnotationEngine(config, data_set.ledger, slot, clip_uris=clip_uris, sleep=sleep)

    def run(
        self,
        folders: Sequence[VideoFolder],
        *,
        kinds: Collection[ModelKind] = ALL_KINDS,
        watch: Callable[[Entry], None] = lambda entry: None,
    ) -> Summary:
        """Label every turn that has no labels under this configuration, then write the dialogues.

        With `kinds` only the turns of that queue are labelled; a dialogue is written once none of its
        turns waits. `watch` is told of each turn's end.

        Raises:
            StopRun: the budget is reached, or a price is missing. All finished turns are kept.
            MLError: `model_not_available`.
        """
        jobs = self.jobs(folders)
        summary = Summary(videos=len(folders), routes=Counter(job.route.reason for job in jobs))
        before = self._ledger.total_usd()
        for choice, waiting in by_model([job for job in jobs if job.route.kind in kinds], self._config):
            for job in waiting:
                entry = self._label(job, choice)
                summary.turns[entry.outcome.value] += 1
                watch(entry)
        summary.written = sum(
            self._write_dialogue(folder, [job for job in jobs if job.folder == folder]) for folder in folders
        )
        for folder in folders:
            summary.unlabelled += _unlabelled(self._workspace, folder)
        summary.usd = self._ledger.total_usd() - before
        summary.loads = list(self._slot.loads)
        return summary

    def plan(self, folders: Sequence[VideoFolder]) -> Summary:
        """What `run` would do and what it may cost at most; clips are looked at, no model is loaded."""
        jobs = self.jobs(folders)
        summary = Summary(videos=len(folders), routes=Counter(job.route.reason for job in jobs))
        for choice, waiting in by_model(jobs, self._config):
            for job in waiting:
                entry = self._manifest.finished(job.item, LABEL_STAGE, job.key(self._config, choice))
                if entry is not None:
                    summary.turns[entry.outcome.value] += 1
                    continue
                summary.waiting[choice.model] += 1
                summary.usd += self._engine.estimate(job, choice)
        return summary

    def jobs(self, folders: Sequence[VideoFolder]) -> list[Job]:
        """A job for each turn of each video that has a dialogue."""
        jobs: list[Job] = []
        for folder in folders:
            dialogue = dialogue_of(self._workspace, folder)
            if dialogue is not None:
                jobs += [self._job(folder, dialogue, index) for index in range(len(dialogue.utterances))]
        return jobs

    def _job(self, folder: VideoFolder, dialogue: AnnotatedDialogue, index: int) -> Job:
        utterance = dialogue.utterances[index]
        way = route(
            utterance.clip,
            workspace=self._workspace,
            manifest=self._manifest,
            item=item_of(folder, utterance),
            min_clip_ms=self._config.min_clip_ms,
            watches=self._config.video is not None,
        )
        seen, unfit = None, None
        try:
            seen = window(
                dialogue.utterances, index, turns=self._config.window_turns, chars=self._config.window_chars
            )
        except Quarantine as error:
            unfit = error
        sha256 = self._manifest.sha256(utterance.clip) if way.kind is ModelKind.VIDEO else None
        rules = rule_labels(self._config, utterance) if way.kind is ModelKind.TEXT else RuleLabels()
        return Job(folder, utterance, way, seen, rules, dialogue, sha256 or "", unfit)

    def _label(self, job: Job, choice: ModelChoice) -> Entry:
        def work() -> Result:
            labelled = self._engine.label(job, choice)
            text = labelled.labels.model_dump_json(indent=1) + "\n"
            return Result([write_text(job.labels_file, text)], labelled.cost_usd, job.route.reason)

        key = job.key(self._config, choice)
        return run_once(self._manifest, self._workspace, job.item, LABEL_STAGE, key, work)

    def _write_dialogue(self, folder: VideoFolder, jobs: Sequence[Job]) -> bool:
        """Put the labels into the dialogue; False while a turn waits or there is no dialogue."""
        found: dict[int, str] = {}
        for job in jobs:
            choice = choice_for(job, self._config)
            entry = self._manifest.finished(job.item, LABEL_STAGE, job.key(self._config, choice))
            if entry is None:
                return False
            if entry.outcome is Outcome.DONE:
                found[job.utterance.index] = next(iter(entry.outputs.values()))
        if not jobs:
            return False
        files = {job.utterance.index: job.labels_file for job in jobs if job.utterance.index in found}
        key = work_key(
            dialogue=self._manifest.sha256(self._workspace.relative(folder.dialogue)), labels=found
        )
        entry = run_once(
            self._manifest,
            self._workspace,
            folder.item,
            DIALOGUE_STAGE,
            key,
            lambda: Result([_joined(self._workspace, folder, files)]),
        )
        return entry.outcome is Outcome.DONE


def dialogue_of(workspace: Workspace, folder: VideoFolder) -> AnnotatedDialogue | None:
    """The extracted dialogue of a video; None before extraction.

    Raises:
        StopRun: `dialogue_invalid`; the file is none that the extraction wrote.
    """
    if not workspace.present(folder.dialogue):
        return None
    try:
        return AnnotatedDialogue.model_validate_json(folder.dialogue.read_text(encoding="utf-8"))
    except ValueError:  # its message would hold words of the dialogue
        raise StopRun(
            f"{workspace.relative(folder.dialogue)} is not a dialogue; extract the video again.",
            "dialogue_invalid",
        ) from None


def _unlabelled(workspace: Workspace, folder: VideoFolder) -> Counter[str]:
    if not workspace.present(folder.annotated):
        return Counter()
    turns = AnnotatedDialogue.model_validate_json(folder.annotated.read_text(encoding="utf-8")).utterances
    spoken = [turn for turn in turns if turn.role is SpeakerRole.THERAPIST]
    return Counter(
        emotions=sum(turn.emotion is None for turn in turns),
        strategies=sum(turn.strategy is None for turn in spoken),
    )


def _joined(workspace: Workspace, folder: VideoFolder, files: Mapping[int, Path]) -> Path:
    dialogue = AnnotatedDialogue.model_validate_json(folder.dialogue.read_text(encoding="utf-8"))
    utterances = [
        _labelled(workspace, utterance, files.get(utterance.index)) for utterance in dialogue.utterances
    ]
    text = dialogue.model_copy(update={"utterances": utterances}).model_dump_json(indent=1)
    return write_text(folder.annotated, text + "\n")


def _labelled(workspace: Workspace, utterance: Utterance, file: Path | None) -> Utterance:
    if file is None:
        return utterance
    workspace.present(file)
    labels = TurnLabels.model_validate_json(file.read_text(encoding="utf-8"))
    return utterance.model_copy(update={"emotion": labels.emotion, "strategy": labels.strategy})
