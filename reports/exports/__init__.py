"""A signed note as a file: the same document as PDF, Word, plain text, or a FHIR R4 bundle."""
