"""A long session on a running platform: ordinary words with their times, and a tone as its recording."""

from __future__ import annotations

import os
import random
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import numpy as np

from core.runtime.setup import DEMO_EMAIL, DEMO_PASSWORD
from core.tests.flows.platform import LivePlatform

RATE = 48_000
"""What the recorder of a browser writes."""
WORD_MS = 360
PAUSE_MS = 240
WORDS = (
    "the garden was quiet this morning and we walked along the river before breakfast then my sister "
    "brought some bread from the market while her neighbour painted a small wooden table in the yard "
    "later everyone talked about the train the weather an old bicycle and a letter about the summer"
).split()


def turns(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """So many turns of 2 to 10 words, one after the other, as the API and the rows have them."""
    chance = random.Random(seed)
    made: list[dict[str, Any]] = []
    at = 0
    for number in range(count):
        words = []
        for _ in range(chance.randint(2, 10)):
            text = chance.choice(WORDS)
            sure = round(chance.uniform(0.4, 1.0), 2)
            words.append({"text": text, "start_ms": at, "end_ms": at + WORD_MS - 40, "confidence": sure})
            at += WORD_MS
        made.append(
            {
                "speaker": f"S{number % 2 + 1}",
                "text": " ".join(str(word["text"]) for word in words),
                "start_ms": words[0]["start_ms"],
                "end_ms": words[-1]["end_ms"],
                "words": words,
            }
        )
        at += PAUSE_MS
    return made


def write_tone(path: Path, seconds: int, channels: int = 1) -> None:
    """A tone that swells three times a second, as Opus at 24 kbit/s a channel."""
    import av

    time = np.arange(RATE) / RATE
    wave = 3000 * np.sin(2 * np.pi * 220 * time) * np.abs(np.sin(3 * np.pi * time))
    second = np.repeat(wave.astype(np.int16), channels)[None]
    layout = "mono" if channels == 1 else "stereo"
    with av.open(str(path), "w", format="ogg") as target:
        stream = target.add_stream("libopus", rate=RATE, layout=layout)
        stream.bit_rate = 24_000 * channels
        stream.options = {"compression_level": "0"}
        for number in range(seconds):
            frame = av.AudioFrame.from_ndarray(second, format="s16", layout=layout)
            frame.sample_rate, frame.pts = RATE, number * RATE
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))


def prepare_rows(var_dir: Path, models: Path) -> None:
    """Let this process write to the platform's database; once, before anything else of Django."""
    import django

    os.environ.update(VAR_DIR=str(var_dir), MODELS_DIR=str(models))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    django.setup()


def add_session(live: LivePlatform, title: str, made: list[dict[str, Any]], tone: Path | None) -> str:
    """The session's id.

    The turns go through the API. A typed transcript has no word times and a recording would be
    transcribed, so these two are put beside it as rows; `tone` is moved to the storage.
    """
    from core.storage.recordings import recording_key, recording_store
    from ml.audio.decode import decode
    from ml.audio.peaks import sound_peaks
    from sessions_app.models import Recording, Segment, Status, TherapySession

    with live.client() as client:
        session_id = str(client.create_session(title)["id"])
    speakers = {"S1": {"role": "therapist"}, "S2": {"role": "client"}}
    plain = [{name: value for name, value in turn.items() if name != "words"} for turn in made]
    body = {"language": "en", "segments": plain, "speakers": speakers}
    with httpx.Client(base_url=live.url, timeout=60) as http:
        login = http.post("/auth/login", json={"email": DEMO_EMAIL, "password": DEMO_PASSWORD})
        token = {"Authorization": f"Bearer {login.raise_for_status().json()['access']}"}
        path = f"/sessions/{session_id}/transcript?report=false"
        http.post(path, json=body, headers=token).raise_for_status()
    rows = list(Segment.objects.filter(transcript__session=UUID(session_id)).order_by("index"))
    for row, turn in zip(rows, made, strict=True):
        row.words = turn["words"]
    Segment.objects.bulk_update(rows, ["words"], batch_size=200)
    if tone is not None:
        content = tone.read_bytes()
        with decode(tone) as audio:
            peaks = sound_peaks(audio, made[-1]["end_ms"])
        key = recording_key()
        recording_store(key, tone)
        Recording.objects.create(
            session_id=session_id, storage_key=key, filename="tone.ogg", media_type="audio/ogg",
            size_bytes=len(content), sha256=sha256(content).hexdigest(), duration_ms=made[-1]["end_ms"],
            peaks=peaks,
        )  # fmt: skip
    # The page shows the transcript of a session whose draft failed; one without any draft is empty.
    TherapySession.objects.filter(pk=session_id).update(
        status=Status.FAILED, failed_stage="report", error_code="internal_error"
    )
    return session_id
