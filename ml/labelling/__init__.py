"""Labellers: emotions and strategies for the turns of a dialogue.

A labeller answers three questions (`tasks.Task`), each for every turn it is asked about, with a label
and a confidence or with nothing. `backends.LABELLERS` names them; `light` is the one a clinic
runs on a CPU.
"""
