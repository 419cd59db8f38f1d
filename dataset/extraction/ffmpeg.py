"""ffmpeg as a child process: the one on the PATH, else the one inside the imageio-ffmpeg wheel."""

from __future__ import annotations

import errno
import functools
import shutil
import subprocess
from collections.abc import Sequence

from dataset.errors import Quarantine, StopRun, TransientService

_LONGEST_S = 6 * 3600.0
# Same bytes for the same input, and nothing about the source's author in the output.
CLEAN = ("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact")
EVEN = "scale=trunc(iw/2)*2:trunc(ih/2)*2"


@functools.cache
def ffmpeg_path() -> str:
    """The ffmpeg to run.

    Raises:
        StopRun: `ffmpeg_missing`.
    """
    found = shutil.which("ffmpeg")
    if found:
        return found
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        raise StopRun("ffmpeg is neither on the PATH nor in imageio-ffmpeg.", "ffmpeg_missing") from None


def run_ffmpeg(arguments: Sequence[str]) -> None:
    """Run it to its end; the output file is the last argument and is overwritten.

    Raises:
        Quarantine: `media_unreadable`; ffmpeg gave up on the input.
        TransientService: it was killed or ran for six hours.
        OSError: the disk is full.
    """
    command = [ffmpeg_path(), "-hide_banner", "-nostdin", "-v", "error", "-y", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_LONGEST_S, check=False)
    except subprocess.TimeoutExpired:
        raise TransientService("ffmpeg did not come to an end.") from None
    if done.returncode == 0:
        return
    said = done.stderr.decode(errors="replace")
    if "No space left on device" in said:
        raise OSError(errno.ENOSPC, "The disk is full.")
    if done.returncode < 0 or done.returncode == 255:
        raise TransientService("ffmpeg was killed.")
    raise Quarantine("ffmpeg cannot read the video.", "media_unreadable")
