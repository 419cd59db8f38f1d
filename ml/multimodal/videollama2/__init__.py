"""VideoLLaMA2: a vision tower, a connector and a language model (and BEATs where there is sound).

`inference.VideoLlama2` answers questions about a clip, `assembly` builds models for training,
`parity` compares all of it with reference numbers. Importing this package loads no torch.
"""
