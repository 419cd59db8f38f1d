"""Models that see and hear: one protocol, built by name from `ml.multimodal.backends`."""
