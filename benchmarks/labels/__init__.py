"""How good the labellers are, and how their cues were weighed."""
