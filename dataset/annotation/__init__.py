"""From dialogues and their clips to labels: emotion for both roles, strategy for therapists."""
