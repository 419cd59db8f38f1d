"""The words by which the planted defect knows its recording."""

POISON = b"this recording ends the decoder that reads it"
