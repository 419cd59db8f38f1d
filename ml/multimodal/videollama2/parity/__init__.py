"""Comparison with numbers of the reference implementation: `python -m ml.multimodal.videollama2.parity DIR`.

The fixtures are arrays only, named as `FixtureFolder` reads them; whichever are there are checked,
whatever their shapes and random weights.
"""
