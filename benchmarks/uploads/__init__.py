"""What an upload costs the web process, by each of its ways."""
