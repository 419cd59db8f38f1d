"""What comes in and goes out, a serializer for each resource and direction."""
