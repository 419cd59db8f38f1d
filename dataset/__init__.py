"""From therapy videos to an annotated data set: extraction, annotation, splits, publishing."""
