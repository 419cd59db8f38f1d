"""Trains from the command line without Django: ``python -m finetune.finetune --config NAME``.

``manage.py finetune_train`` takes the same options and calls the same code. Several GPUs:
``torchrun --nproc-per-node 4 -m finetune.finetune --config NAME --set parallel.strategy=ddp``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from finetune.config import CONFIGS, FinetuneConfig, load_config
from finetune.console import faults_told, quieten
from finetune.errors import FinetuneError

RUNS = Path("var/finetune/runs")
STOPPED = "Stopped. The last checkpoint is kept: go on with --resume."
EXAMPLE = """
examples:
  --config qwen2_5_7b_qlora --out var/finetune/runs/first
  --config qwen2_5_7b_qlora --dry-run                 what it would take; no weights are read
  --config tiny_cpu --set data.max_examples=40 --set optim.max_steps=5
  --config qwen2_5_7b_qlora --out var/finetune/runs/first --resume
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of a training run."""
    names = ", ".join(sorted(file.stem for file in CONFIGS.glob("*.yaml")))
    parser.add_argument("--config", required=True, help=f"a YAML file, or one of: {names}")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="overrides",
        help="change a value of the configuration; repeatable",
    )
    parser.add_argument("--out", type=Path, help=f"the run's folder; default: {RUNS}/<name>")
    parser.add_argument("--resume", action="store_true", help="go on from the last whole checkpoint")
    parser.add_argument(
        "--dry-run", action="store_true", help="check data and configuration, say what it takes, stop"
    )


def run(options: Mapping[str, Any], say: Callable[[str], None]) -> None:
    """Do what the options ask for.

    Raises:
        FinetuneError: what `finetune.train.train` raises.
    """
    config = load_config(options["config"], options["overrides"])
    if options["dry_run"]:
        _dry_run(config, say)
        return
    from finetune.train import train

    result = train(config, options["out"] or RUNS / config.name, resume=options["resume"], say=say)
    for name, value in result.metrics.items():
        say(f"{name}: {value}")


def _dry_run(config: FinetuneConfig, say: Callable[[str], None]) -> None:
    from finetune.preflight import estimate_run, read_data

    data = read_data(config)
    for note in data.notes:
        say(note)
    optim = config.optim
    seen = optim.max_steps * optim.batch_size * optim.gradient_accumulation
    say(f"{len(data.train)} training and {len(data.validation)} validation examples.")
    say(f"{optim.max_steps} steps of {optim.batch_size} x {optim.gradient_accumulation}: {seen} sequences.")
    say(f"Memory of one process: {estimate_run(config, 'cuda' if config.require_gpu else 'cpu').sentence()}.")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(argv: list[str] | None = None) -> int:
    """The command; 0, or 2 after a clear sentence, or 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(
        prog="python -m finetune.finetune",
        description=__doc__,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_arguments(parser)
    options = vars(parser.parse_args(argv))
    quieten()
    try:
        with faults_told():
            run(options, _say)
    except FinetuneError as error:
        sys.stderr.write(f"{error.code.value}: {error}\n")
        return 2
    except ModuleNotFoundError as error:
        sys.stderr.write(f"{error.name} is not installed: make setup-dev\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write(f"{STOPPED}\n")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
