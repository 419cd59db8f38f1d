"""Calm the risk encoder's head: fit another on its pooled states and take the mean of both.

    python -m benchmarks.risk.fit_head ENCODER --adapter ml/weights/risk_adapter.npz

ENCODER is the folder that `fetch_models risk-encoder` made with that adapter. Lines without risk, their
parts included, count twice: most talk is ordinary. The head that was trained with the encoder
hears more and cries wolf more often, the fitted one less of both. Needs torch; takes a minute.
"""

from __future__ import annotations

import argparse
import random
import re
from pathlib import Path

import numpy as np
import torch
from torch import nn

from benchmarks.risk.corpus import LABELS, harmless_parts, read_all
from ml.evidence.risk.encoder import RiskEncoder

ORDINARY_WEIGHT, EPOCHS, BATCH, RATE = 2.0, 12, 256, 3e-3


def as_recognised(text: str) -> str:
    """Lower case without punctuation, as speech recognition may give it; turns stay marked."""
    text = re.sub(r"[.,!?;…\"“”—-]+", " ", text).lower()
    return " ".join(re.sub(r"\b([tc]):", lambda mark: mark[1].upper() + ":", text).split())


def main() -> None:
    """Pool, fit, write the head into the adapter file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("encoder", type=Path)
    parser.add_argument("--adapter", type=Path, required=True)
    options = parser.parse_args()
    statements = read_all()
    statements += harmless_parts(statements)
    again = random.Random(3).sample(statements, len(statements) // 3)
    texts = [item.text for item in statements] + [as_recognised(item.text) or item.text for item in again]
    wanted = torch.zeros(len(texts), len(LABELS))
    for row, item in enumerate([*statements, *again]):
        wanted[row, list(item.labels)] = 1
    states = torch.tensor(RiskEncoder(options.encoder).pooled(texts))
    weight, bias = fit(states, wanted)
    with np.load(options.adapter) as arrays:
        adapter = dict(arrays)
    adapter["head.weight"] = ((adapter["head.weight"] + weight.numpy()) / 2).astype(np.float16)
    adapter["head.bias"] = (adapter["head.bias"] + bias.numpy()) / 2
    np.savez(options.adapter, **adapter)


def fit(states: torch.Tensor, wanted: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Logistic regression for each label on standardised states, returned for raw ones."""
    torch.manual_seed(0)
    mean, spread = states.mean(0), states.std(0) + 1e-4
    scaled = (states - mean) / spread
    count = 1 + (wanted.sum(1) == 0).float() * (ORDINARY_WEIGHT - 1)
    softened = wanted * 0.99
    head = nn.Linear(states.shape[1], wanted.shape[1])
    nn.init.zeros_(head.weight)
    nn.init.constant_(head.bias, -3.0)
    optimizer = torch.optim.AdamW(head.parameters(), lr=RATE, weight_decay=0.05)
    steps = EPOCHS * ((len(states) + BATCH - 1) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
    loss_of = nn.BCEWithLogitsLoss(reduction="none")
    for _ in range(EPOCHS):
        order = torch.randperm(len(states))
        for start in range(0, len(states), BATCH):
            rows = order[start : start + BATCH]
            logits = head(nn.functional.dropout(scaled[rows], 0.3))
            loss = (loss_of(logits, softened[rows]).sum(1) * count[rows]).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    weight = head.weight.detach() / spread
    return weight, head.bias.detach() - (weight * mean).sum(1)


if __name__ == "__main__":
    main()
