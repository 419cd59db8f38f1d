"""Language models behind one protocol; backends are built by name from `ml.llm.backends`."""
