"""Who spoke when, behind one protocol; backends are chosen by name."""
