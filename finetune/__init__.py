"""Fine-tuning on annotated dialogues: training, inference, evaluation, publishing."""
