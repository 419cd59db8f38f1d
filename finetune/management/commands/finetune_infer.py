"""Let a tuned model answer, or merge its adapter."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from finetune.management.command import FinetuneCommand, at_least_one, from_zero
from ml.schemas.chat import ChatMessage

Answering = Callable[[Sequence[ChatMessage]], Iterator[str]]


class Command(FinetuneCommand):
    help = "Talk to a tuned model, answer a file of chats, or write base and adapter as one model."
    example = """
examples:
  --adapter var/finetune/runs/first                       talk; an empty line ends
  --adapter DIR --batch asked.jsonl --out answers.jsonl   lines {"id", "messages"}; goes on
  --adapter DIR --clip clip.mp4 --vision DIR              talk about a clip
  --adapter DIR --merge-into DIR                          16-bit model for vLLM, llama.cpp, Ollama
"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--base", help="a base model: folder or hub name; default: the adapter's")
        parser.add_argument("--adapter", type=Path, help="an adapter, or the folder of a finished run")
        parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
        parser.add_argument("--dtype", choices=["auto", "bfloat16", "float32"], default="auto")
        parser.add_argument("--max-tokens", type=at_least_one, default=256, help="of one answer")
        parser.add_argument("--temperature", type=from_zero, default=0.0, help="0, the default: no chance")
        parser.add_argument("--seed", type=int, default=0, help="of the chance")
        parser.add_argument("--batch", type=Path, metavar="FILE", help="JSONL of chats to answer")
        parser.add_argument("--out", type=Path, metavar="FILE", help="where the answers of --batch go")
        parser.add_argument("--clip", type=Path, metavar="FILE", help="a clip the first question is about")
        parser.add_argument("--vision", metavar="DIR", help="a VideoLLaMA2 checkpoint, the eyes for --clip")
        parser.add_argument("--tower", metavar="DIR", help="its vision tower, where it holds none")
        parser.add_argument(
            "--merge-into", type=Path, metavar="DIR", help="write base and adapter as one 16-bit model here"
        )

    def perform(self, options: dict[str, Any]) -> None:
        if options["merge_into"]:
            self._merge(options)
            return
        from finetune.inference import Sampling, answer_file, load_tuned

        if options["batch"] and not options["out"]:
            raise CommandError("--batch needs --out.", returncode=2)
        if options["batch"] and options["clip"]:
            raise CommandError("--clip is for talking: leave out --batch.", returncode=2)
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
        self._talk(self._answers(loaded, sampling, options))

    def _answers(self, loaded: Any, sampling: Any, options: dict[str, Any]) -> Answering:
        """What answers a conversation: the model alone, or the model behind eyes on a clip."""
        from finetune.inference import stream_reply

        if not options["clip"]:
            return lambda messages: stream_reply(loaded, messages, sampling)
        if not options["vision"]:
            raise CommandError("--clip needs --vision.", returncode=2)
        from finetune.clips import stream_about, with_eyes
        from finetune.config import VisionConfig

        vision = VisionConfig(path=options["vision"], tower=options["tower"])
        eyes = with_eyes(loaded.model, loaded.tokenizer, vision)
        return lambda messages: stream_about(eyes, options["clip"], messages, sampling)

    def _talk(self, answers: Answering) -> None:
        """The client types, the model answers word by word, until an empty line or the end of input."""
        from finetune.config import Task
        from finetune.examples import PROMPTS
        from ml.prompts.library import load

        messages: list[ChatMessage] = []
        while said := self._line():
            if messages:
                messages.append(ChatMessage(role="user", content=said))
            else:
                messages = load(*PROMPTS[Task.RESPONSE]).render(client=said)
            pieces = []
            for piece in answers(messages):
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
