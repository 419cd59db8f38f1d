"""Published weights into the model, strictly: every weight is given, and nothing is left over."""

from __future__ import annotations

import re
from collections.abc import Iterable

import torch
from torch import Tensor, nn

from ml.errors import BackendNotInstalled

_TO_OURS = (
    # Checkpoints saved since transformers 5 have no `vision_model` in between.
    (re.compile(r"^model\.vision_tower\.vision_tower\.(vision_model\.)?"), "vision_tower.encoder."),
    (re.compile(r"^model\.mm_projector\."), "connector."),
    (re.compile(r"^model\.mm_projector_a\."), "audio_projector."),
    (re.compile(r"^model\.audio_tower\."), "audio_tower."),
    (re.compile(r"^(model\.|lm_head\.)"), r"language_model.\1"),
)
_TO_PUBLISHED = (
    ("vision_tower.encoder.", "model.vision_tower.vision_tower.vision_model."),
    ("connector.", "model.mm_projector."),
    ("audio_projector.", "model.mm_projector_a."),
    ("audio_tower.", "model.audio_tower."),
    ("language_model.", ""),
)
VISION_PREFIX = "model.vision_tower."
PARTS_PREFIXES = (VISION_PREFIX, "model.mm_projector.", "model.audio_tower.", "model.mm_projector_a.")
_COMPUTED = re.compile(r"(\.rotary_emb\.inv_freq|\.embeddings\.position_ids)$")
_SHARED_BIAS = re.compile(r"(?<=audio_tower\.encoder\.layers\.)\d+(?=\.self_attn\.relative_attention_bias\.)")
_NAMED = 4


def our_name(published: str) -> str:
    """The model's name for a weight of a published checkpoint."""
    for pattern, ours in _TO_OURS:
        name, replaced = pattern.subn(ours, published)
        if replaced:
            return name
    return published


def published_name(ours: str) -> str:
    """The published checkpoints' name for a weight of the model."""
    for prefix, published in _TO_PUBLISHED:
        if ours.startswith(prefix):
            return published + ours.removeprefix(prefix)
    return ours


def published_layout(model: nn.Module) -> dict[str, tuple[int, ...]]:
    """Every weight that a checkpoint of this model must hold, by its published name, with its shape."""
    return {published_name(name): tuple(weight.shape) for name, weight in model.named_parameters()}


class StrictLoader:
    """Takes tensors from any number of files, then says whether they were the model's, all of them.

    Weights take the place of the model's own, which may be on torch's meta device: a checkpoint
    is never held twice.

    Args:
        model: whose weights are wanted; names are the model's own.
        dtype: what floating-point weights become; None keeps the file's.
        only: prefixes of the model's names; other weights are neither wanted nor taken.
    """

    def __init__(
        self,
        model: nn.Module,
        *,
        dtype: torch.dtype | None = None,
        device: torch.device | str = "cpu",
        only: tuple[str, ...] = ("",),
    ) -> None:
        self._modules = dict(model.named_modules())
        self._wanted = {
            name: weight
            for name, weight in model.named_parameters(remove_duplicate=False)
            if name.startswith(only)
        }
        self._dtype = dtype
        self._device = device
        self._only = only
        self._given: set[str] = set()
        self._unknown: list[str] = []
        self._misshapen: list[str] = []
        self._shared: dict[str, list[Tensor]] = {}

    def take(self, tensors: Iterable[tuple[str, Tensor]]) -> None:
        """Put tensors into the model, by their published names."""
        for published, tensor in tensors:
            if _COMPUTED.search(published):
                continue
            name = our_name(published)
            if not name.startswith(self._only):
                continue
            owner = _SHARED_BIAS.sub("0", name)
            if owner != name:
                self._shared.setdefault(owner, []).append(tensor)
            elif name not in self._wanted:
                self._unknown.append(published)
            elif self._wanted[name].shape != tensor.shape:
                expected = "x".join(map(str, self._wanted[name].shape))
                self._misshapen.append(f"{published} is {'x'.join(map(str, tensor.shape))}, not {expected}")
            else:
                self._place(name, tensor)

    def has_given(self, parts: tuple[str, ...]) -> bool:
        """Whether a weight was taken whose name begins with one of `parts`."""
        return any(name.startswith(parts) for name in self._given)

    def finish(self, what: str, *, may_lack: tuple[str, ...] = ()) -> None:
        """Check that all is there; `may_lack` are names of the model that may be absent (tied weights).

        Raises:
            BackendNotInstalled: weights are missing, unknown, of another shape, or contradict each other.
        """
        missing = [published_name(name) for name in self._wanted.keys() - self._given - set(may_lack)]
        contradictory = [
            published_name(name)
            for name, copies in self._shared.items()
            if name in self._given and not all(self._same(name, copy) for copy in copies)
        ]
        faults = [
            _listed("missing", sorted(missing)),
            _listed("unknown", sorted(self._unknown)),
            _listed("of another shape", sorted(self._misshapen)),
            _listed("unlike their shared copy", sorted(contradictory)),
        ]
        if said := "; ".join(fault for fault in faults if fault):
            raise BackendNotInstalled(f"{what} does not fit this model: {said}.")

    def _place(self, name: str, tensor: Tensor) -> None:
        module, _, leaf = name.rpartition(".")
        old = self._wanted[name]
        dtype = self._dtype if tensor.is_floating_point() else None
        moved = tensor.to(self._device, dtype or tensor.dtype, copy=True)
        fresh = nn.Parameter(moved, requires_grad=old.requires_grad)
        self._modules[module].register_parameter(leaf, fresh)
        self._given.add(name)

    def _same(self, name: str, copy: Tensor) -> bool:
        module, _, leaf = name.rpartition(".")
        kept: Tensor = getattr(self._modules[module], leaf)
        return kept.shape == copy.shape and bool(torch.equal(kept, copy.to(kept)))


def _listed(what: str, names: list[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{len(names)} {what} ({', '.join(names[:_NAMED])}{more})"
