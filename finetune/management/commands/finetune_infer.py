"""Let a tuned model answer, or merge its adapter."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from finetune.management.command import FinetuneCommand


class Command(FinetuneCommand):
    help = "Talk to a tuned model, answer a file of chats, or write base and adapter as one model."
    example = """
examples:
  --adapter var/finetune/runs/first                       talk; an empty line ends
  --adapter DIR --batch asked.jsonl --out answers.jsonl   lines {"id", "messages"}; goes on
  --adapter DIR --merge-into DIR                          16-bit model for vLLM, llama.cpp, Ollama
"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--base", help="a base model: folder or hub name; default: the adapter's")
        parser.add_argument("--adapter", type=Path, help="an adapter, or the folder of a finished run")
        parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
        parser.add_argument("--dtype", choices=["auto", "bfloat16", "float32"], default="auto")
        parser.add_argument("--max-tokens", type=int, default=256)
        parser.add_argument("--temperature", type=float, default=0.0)
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--batch", type=Path, metavar="FILE", help="JSONL of chats to answer")
        parser.add_argument("--out", type=Path, metavar="FILE", help="where the answers of --batch go")
        parser.add_argument("--merge-into", type=Path, metavar="DIR")

    def perform(self, options: dict[str, Any]) -> None:
        if options["merge_into"]:
            self._merge(options)
            return
        from finetune.inference import Sampling, answer_file, load_tuned

        if options["batch"] and not options["out"]:
            raise CommandError("--batch needs --out.", returncode=2)
        sampling = Sampling(
            max_tokens=options["max_tokens"], temperature=options["temperature"], seed=options["seed"]
        )
        loaded = load_tuned(
            options["base"], options["adapter"], device=options["device"], dtype=options["dtype"]
        )
        if options["batch"]:
            count = answer_file(loaded, options["batch"], options["out"], sampling, self.say)
            self.say(f"{count} answers written to {options['out']}.")
            return
        self._talk(loaded, sampling)

    def _talk(self, loaded: Any, sampling: Any) -> None:
        """The client types, the model answers word by word, until an empty line or the end of input."""
        from finetune.config import Task
        from finetune.examples import PROMPTS
        from finetune.inference import stream_reply
        from ml.prompts.library import load
        from ml.schemas.chat import ChatMessage

        messages: list[ChatMessage] = []
        while said := self._line():
            if messages:
                messages.append(ChatMessage(role="user", content=said))
            else:
                messages = load(*PROMPTS[Task.RESPONSE]).render(client=said)
            pieces = []
            for piece in stream_reply(loaded, messages, sampling):
                pieces.append(piece)
                self.stdout.write(piece, ending="")
                self.stdout.flush()
            self.stdout.write("")
            messages.append(ChatMessage(role="assistant", content="".join(pieces).strip()))

    def _line(self) -> str:
        self.stdout.write("> ", ending="")
        self.stdout.flush()
        try:
            return input().strip()
        except EOFError:
            return ""

    def _merge(self, options: dict[str, Any]) -> None:
        from finetune.merge import merge

        if options["adapter"] is None:
            raise CommandError("--merge-into needs --adapter.", returncode=2)
        self.say(f"The model is {merge(options['base'], options['adapter'], options['merge_into'])}.")
