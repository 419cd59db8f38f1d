"""Train the risk encoder: low-rank adapters on all-mpnet-base-v2 and a linear head.

    python -m benchmarks.risk.train_encoder MPNET --out ml/weights/risk_adapter.npz

MPNET is a folder with the original ``model.safetensors``, ``config.json`` and ``tokenizer.json``. Needs
torch and transformers, which the platform itself does not. With ``--leave-out WRITER`` that
writer's lines are kept for measuring: the honest figure for wordings the model has not seen.

How the adapter in this repository was made, on two cores in about an hour: three epochs on the files w*
and x* without w3 (seed 1), three more from there on all files (seed 5), and the mean of both by
`benchmarks.risk.average_adapters` with --late 0.75.
"""

from __future__ import annotations

import argparse
import random
import re
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from tqdm import tqdm
from transformers import MPNetModel

from benchmarks.risk.corpus import LABELS, Statement, harmless_parts, read_all

RANK, SCALE = 8, 2.0
EPOCHS, BATCH, ADAPTER_RATE, HEAD_RATE = 3, 32, 6e-4, 2e-3
LENGTH = 128
PAD = 1


class LowRank(nn.Module):
    """A frozen linear layer plus a trained product of two thin matrices."""

    def __init__(self, base: nn.Linear) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.down = nn.Parameter(torch.randn(RANK, base.in_features) / base.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(base.out_features, RANK))

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        return self.base(states) + (states @ self.down.T @ self.up.T) * SCALE


class RiskModel(nn.Module):
    """The encoder with adapters; mean and largest state of the tokens go into one linear head."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.encoder = MPNetModel.from_pretrained(folder, add_pooling_layer=False)
        self.encoder.requires_grad_(False)
        for name, module in list(self.encoder.named_modules()):
            if isinstance(module, nn.Linear):
                parent = self.encoder.get_submodule(name.rpartition(".")[0])
                setattr(parent, name.rpartition(".")[2], LowRank(module))
        width = self.encoder.config.hidden_size
        self.dropout = nn.Dropout(0.2)
        self.head = nn.Linear(2 * width, len(LABELS))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        real = mask[..., None].float()
        mean = (states * real).sum(1) / real.sum(1)
        largest = states.masked_fill(real == 0, -1e4).max(1).values
        return self.head(self.dropout(torch.cat([mean, largest], dim=-1)))

    def load(self, path: Path) -> None:
        """Go on from an adapter that was trained before."""
        with np.load(path) as arrays:
            for name, module in self.encoder.named_modules():
                if isinstance(module, LowRank):
                    module.down.data = torch.tensor(arrays[f"{name}.down"].astype(np.float32))
                    module.up.data = torch.tensor(arrays[f"{name}.up"].astype(np.float32)) / SCALE
            self.head.weight.data = torch.tensor(arrays["head.weight"].astype(np.float32))
            self.head.bias.data = torch.tensor(arrays["head.bias"].astype(np.float32))

    def adapters(self) -> dict[str, Any]:
        """The trained numbers by the names that the original weights have."""
        arrays: dict[str, Any] = {}
        for name, module in self.encoder.named_modules():
            if isinstance(module, LowRank):
                arrays[f"{name}.down"] = module.down.detach().numpy().astype(np.float16)
                arrays[f"{name}.up"] = (module.up.detach() * SCALE).numpy().astype(np.float16)
        arrays["head.weight"] = self.head.weight.detach().numpy().astype(np.float16)
        arrays["head.bias"] = self.head.bias.detach().numpy().astype(np.float32)
        return arrays


def varied(text: str, chance: random.Random) -> str:
    """The text as another recogniser or typist may give it: other marks, letters, apostrophes."""
    if chance.random() < 0.3:
        text = re.sub(r"[.,!?;…\"“”—-]+", " ", text).lower()
        text = re.sub(r"\b([tc]):", lambda mark: mark[1].upper() + ":", text)
    elif chance.random() < 0.15:
        text = text.replace("'", "’")
    if chance.random() < 0.1:
        text = text.replace("'", "")
    return " ".join(text.split())


class Batches:
    """Padded id matrices for a list of statements."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(LENGTH)

    def of(self, texts: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
        rows = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        longest = max(map(len, rows))
        ids = torch.full((len(rows), longest), PAD, dtype=torch.long)
        mask = torch.zeros(len(rows), longest, dtype=torch.long)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = torch.tensor(row)
            mask[place, : len(row)] = 1
        return ids, mask


def targets(statements: list[Statement]) -> torch.Tensor:
    wanted = torch.zeros(len(statements), len(LABELS))
    for place, statement in enumerate(statements):
        wanted[place, list(statement.labels)] = 1
    return wanted


def train(model: RiskModel, batches: Batches, statements: list[Statement], seed: int, epochs: int) -> None:
    """Binary cross entropy for each label; a missed risk costs twice a false alarm."""
    torch.manual_seed(seed)
    chance = random.Random(seed)
    adapters = [p for name, p in model.named_parameters() if p.requires_grad and not name.startswith("head")]
    optimizer = torch.optim.AdamW(
        [{"params": adapters, "lr": ADAPTER_RATE}, {"params": model.head.parameters(), "lr": HEAD_RATE}],
        weight_decay=0.01,
    )
    steps = epochs * ((len(statements) + BATCH - 1) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=[ADAPTER_RATE, HEAD_RATE], total_steps=steps, pct_start=0.1
    )
    loss_of = nn.BCEWithLogitsLoss(pos_weight=torch.full((len(LABELS),), 2.0), reduction="none")
    model.train()
    for epoch in range(epochs):
        order = sorted(range(len(statements)), key=lambda i: len(statements[i].text) + chance.uniform(0, 40))
        groups = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
        chance.shuffle(groups)
        total = 0.0
        for group in tqdm(groups, desc=f"epoch {epoch + 1}", mininterval=5):
            chosen = [statements[i] for i in group]
            ids, mask = batches.of([varied(item.text, chance) for item in chosen])
            with torch.autocast("cpu", torch.bfloat16):
                logits = model(ids, mask)
            loss = loss_of(logits.float(), targets(chosen)).sum(1).mean()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total += loss.item() * len(group)
        print(f"epoch {epoch + 1}: loss {total / len(statements):.4f}", flush=True)
    model.eval()


@torch.no_grad()
def probabilities(model: RiskModel, batches: Batches, texts: list[str]) -> np.ndarray[Any, Any]:
    with torch.autocast("cpu", torch.bfloat16):
        rows = [
            torch.sigmoid(model(*batches.of(texts[i : i + 64])).float()) for i in range(0, len(texts), 64)
        ]
    return torch.cat(rows).numpy()


def report(statements: list[Statement], found: np.ndarray[Any, Any]) -> None:
    """Recall and precision of the client's own current suicide and self-harm, by threshold."""
    own = [LABELS.index("suicide.endorsed"), LABELS.index("self_harm.endorsed")]
    truth = np.array([bool(set(own) & set(statement.labels)) for statement in statements])
    score = found[:, own].max(1)
    for threshold in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6):
        flagged = score > threshold
        hits = int((flagged & truth).sum())
        print(f"  {threshold}: recall {hits / truth.sum():.3f} precision {hits / max(1, flagged.sum()):.3f}")


def main() -> None:
    """Train, measure on the writer left out, write the adapter."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("mpnet", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--leave-out", default="")
    parser.add_argument("--start", type=Path, help="an adapter to go on from")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    statements = read_all()
    kept = [item for item in statements if item.writer == options.leave_out]
    learned = [item for item in statements if item.writer != options.leave_out]
    learned += harmless_parts(learned)
    print(f"{len(learned)} statements to learn, {len(kept)} kept back")
    model, batches = RiskModel(options.mpnet), Batches(options.mpnet)
    if options.start:
        model.load(options.start)
    train(model, batches, learned, options.seed, options.epochs)
    if kept:
        report(kept, probabilities(model, batches, [item.text for item in kept]))
    if options.out:
        np.savez(options.out, labels=np.array(LABELS), **model.adapters())


if __name__ == "__main__":
    main()
