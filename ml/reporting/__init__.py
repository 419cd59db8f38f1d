"""Front room of the report stage: a transcript in, a draft whose every claim shows its words out."""
