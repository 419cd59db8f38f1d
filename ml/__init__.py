"""The engines as plain Python: speech, language and evidence, without Django.

Two front rooms open to the product: ``ml.transcription`` (audio in, Transcript out) and
``ml.reporting`` (Transcript in, ReportDraft out). Importing this package costs milliseconds;
heavy libraries load when a backend is built.
"""
