"""Speech to text behind one protocol; backends are chosen by name."""
