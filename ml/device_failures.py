"""What a device says when it fails, read in one place.

CTranslate2 raises a bare RuntimeError with the words of CUDA, torch has classes of its own for memory
and for the rest, ONNX Runtime again others. Three things are told apart, because they are mended
differently: too little memory (less at once may fit), a library or driver that is missing (an
operator's matter), and a GPU that broke down (the process cannot use it again).
"""

from __future__ import annotations

from ml.errors import BackendNotInstalled, DeviceLost, ErrorCode, MLError, TransientError

_OUT_OF_MEMORY = (
    "out of memory",
    "cublas_status_alloc_failed",
    "cudnn_status_alloc_failed",
    "can't allocate memory",
    "failed to allocate memory",
    "failed to allocated memory",  # CTranslate2's own words on the CPU
)
_NOT_INSTALLED = (
    "is not found or cannot be loaded",
    "driver version is insufficient",
    "no cuda-capable device",
    "found no nvidia driver",
    "not compiled with cuda",
    "no kernel image is available",
)
_LOST = ("cuda failed with error", "cuda error", "cublas failed", "cublas_status_", "cudnn_status_")
# torch's classes by name: a process without torch knows them too.
_TORCH_MEMORY, _TORCH_LOST = "OutOfMemoryError", "AcceleratorError"


def device_failure(error: BaseException) -> MLError | None:
    """Our error for a failure of the device or its memory; None when the device did not fail.

    The message holds the kind of failure alone: texts of libraries may quote what they worked on.
    """
    words = str(error).lower()
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if isinstance(error, MemoryError) or _TORCH_MEMORY in kinds or _has(words, _OUT_OF_MEMORY):
        return TransientError(
            ErrorCode.OUT_OF_MEMORY, "The memory of the device did not suffice, not even for less at once."
        )
    if _has(words, _NOT_INSTALLED):
        return BackendNotInstalled(
            "CUDA cannot be used here: the driver or a library of it is missing or too old."
        )
    if _TORCH_LOST in kinds or _has(words, _LOST):
        return DeviceLost("The GPU failed; the process that used it has to start anew.")
    return None


def is_out_of_memory(error: BaseException) -> bool:
    """Whether less at once may succeed where this failed."""
    failure = device_failure(error)
    return failure is not None and failure.code is ErrorCode.OUT_OF_MEMORY


def _has(words: str, phrases: tuple[str, ...]) -> bool:
    return any(phrase in words for phrase in phrases)
