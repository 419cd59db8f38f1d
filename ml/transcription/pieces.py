"""A long recording as pieces that several workers decode at the same time.

A piece is some neighbouring blocks. What a worker makes of it is what the recognizer said,
unjudged: doubt, joining, coverage and speakers look at the whole recording, as they do for one
that was not divided.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import TypeAdapter

from ml.asr.base import Passage
from ml.progress import Progress
from ml.transcription.blocks import Block, BlockOptions


@dataclass(frozen=True, slots=True)
class PieceOptions:
    """Recordings of at least `from_ms` are divided, into pieces of about `piece_ms`, at most `most`."""

    from_ms: int
    piece_ms: int = 120_000
    most: int = 64

    def __post_init__(self) -> None:
        if min(self.from_ms, self.piece_ms, self.most) < 1:
            raise ValueError("Lengths and number of pieces are positive.")

    def block_options(self) -> BlockOptions:
        """Blocks that fit into a piece."""
        usual = BlockOptions()
        return BlockOptions(
            soft_ms=min(usual.soft_ms, self.piece_ms), hard_ms=min(usual.hard_ms, self.piece_ms * 5 // 4)
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """What one worker decodes at a time, in a language found once for all pieces."""

    blocks: tuple[Block, ...]
    language: str | None

    @property
    def start_ms(self) -> int:
        return self.blocks[0].start_ms

    @property
    def end_ms(self) -> int:
        return self.blocks[-1].end_ms

    @property
    def length_ms(self) -> int:
        """The length of what is decoded; silence between blocks is not."""
        return sum(block.length_ms for block in self.blocks)


Decoded = tuple[tuple[Passage, ...], ...]
"""The passages of each block of a piece, in the recording's times."""

PIECE: TypeAdapter[Piece] = TypeAdapter(Piece)
DECODED: TypeAdapter[Decoded] = TypeAdapter(Decoded)


class Spread(Protocol):
    """Has the pieces of one recording decoded, by this worker and by others."""

    options: PieceOptions

    def offer(self, pieces: Sequence[Piece]) -> None:
        """Let other workers begin; called once, before `gather`."""
        ...

    def gather(self, decode: Callable[[Piece, Progress], Decoded], progress: Progress) -> list[Decoded]:
        """What was decoded of each piece, in order.

        `decode` decodes one here; an implementation uses it for every piece that nobody else
        takes, so it ends without other workers, too.
        """
        ...


def plan_pieces(blocks: Sequence[Block], language: str | None, options: PieceOptions) -> list[Piece]:
    """Neighbouring blocks together, about as long as is wanted and about equally long."""
    total = sum(block.length_ms for block in blocks)
    wanted = min(options.most, max(1, -(-total // options.piece_ms)))
    pieces: list[Piece] = []
    mine: list[Block] = []
    done = 0
    for block in blocks:
        # A block goes where its middle falls, when the whole is divided into equal parts.
        if mine and (done + block.length_ms / 2) * wanted / total >= len(pieces) + 1:
            pieces.append(Piece(tuple(mine), language))
            mine = []
        mine.append(block)
        done += block.length_ms
    return [*pieces, Piece(tuple(mine), language)] if mine else pieces
