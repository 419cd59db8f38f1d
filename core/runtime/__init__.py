"""The embedded platform on one machine: its processes, their supervisor, its first set-up."""
