"""Real clips by ffmpeg, and a data set's folder around them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import imageio_ffmpeg

from dataset.workspace import VideoFolder, Workspace, write_text
from ml.schemas.dialogue import AnnotatedDialogue, Source, Utterance
from ml.schemas.transcript import SpeakerRole

PICTURES = ["-f", "lavfi", "-i"]


def make_clip(
    path: Path, *, seconds: float = 4.0, size: str = "160x90", pictures: bool = True, sound: bool = True
) -> Path:
    """A clip of a moving test card at 16 frames a second, and a tone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sources: list[str] = []
    if pictures:
        sources += ["-f", "lavfi", "-i", f"testsrc2=s={size}:r=16:d={seconds}"]
    if sound:
        sources += ["-f", "lavfi", "-i", f"sine=220:d={seconds}"]
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "16", "-c:a", "aac", "-movflags", "+faststart"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *sources, *coding, str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return path


def cut_off(source: Path, target: Path, share: float = 0.6) -> Path:
    """The first part of a file's bytes."""
    data = source.read_bytes()
    target.write_bytes(data[: int(len(data) * share)])
    return target


def damaged(source: Path, target: Path) -> Path:
    """A file whose middle third was overwritten."""
    data = bytearray(source.read_bytes())
    third = len(data) // 3
    data[third : 2 * third] = bytes(range(256)) * (third // 256) + bytes(third % 256)
    target.write_bytes(data)
    return target


def make_video(root: Path, turns: list[tuple[SpeakerRole, str, str]], video: str = "vid") -> VideoFolder:
    """A video's folder with its dialogue; a turn is (role, text, clip's path from ROOT)."""
    folder = Workspace(root).video("PL", video)
    utterances = [
        Utterance(
            id=f"{video}-{index}",
            index=index,
            role=role,
            text=text,
            clip=clip,
            start_ms=index * 5000,
            end_ms=index * 5000 + 4000,
        )
        for index, (role, text, clip) in enumerate(turns)
    ]
    dialogue = AnnotatedDialogue(
        id=video, source=Source(dataset="youtube", source_id=video, playlist="PL"), utterances=utterances
    )
    write_text(folder.dialogue, dialogue.model_dump_json(indent=1) + "\n")
    return folder
