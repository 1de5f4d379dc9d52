"""Plain readers: NumPy and the standard library only, as their source goes into exported scripts.

Each `read_<source>(folder)` gives the columns of the training samples and those of the test samples, by name: float32
for numbers, int64 for tokens, classes and lengths. What several of them need is in `_shared`.
"""
