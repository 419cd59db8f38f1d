"""Which engine does what: one setting chooses each, options travel as one value."""

from pathlib import Path

from core.settings.environment import VAR_DIR, env

MODELS_DIR = Path(env.str("MODELS_DIR", default=str(VAR_DIR / "models")))

TRANSCRIBER = env.str("TRANSCRIBER", default="faster_whisper")
TRANSCRIBER_OPTIONS: dict[str, object] = env.json("TRANSCRIBER_OPTIONS", default={})
DIARIZER = env.str("DIARIZER", default="voices")
ENGINE_DEVICE = env.str("ENGINE_DEVICE", default="auto")

REPORT_BACKEND = env.str("REPORT_BACKEND", default="packaged_gguf")
REPORT_OPTIONS: dict[str, object] = env.json("REPORT_OPTIONS", default={})
REPORT_FALLBACK_TO_EXTRACTION = env.bool("REPORT_FALLBACK_TO_EXTRACTION", default=True)

ADAPTERS_DIR = Path(env.str("ADAPTERS_DIR", default=str(VAR_DIR / "adapters")))
REPORT_ADAPTER = env.str("REPORT_ADAPTER", default="")
