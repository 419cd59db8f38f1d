"""The API beside plain Django REST: how its calls grow with the archive, and how many it answers a second."""
