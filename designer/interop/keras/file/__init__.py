"""A model as its file has it: what kind of file it is, its layers as a graph, its variables."""
