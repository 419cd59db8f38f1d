"""A split data set becomes a Hugging Face DatasetDict with its card: a folder, then a hub or a bucket."""
