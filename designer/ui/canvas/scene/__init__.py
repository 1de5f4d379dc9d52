"""The scene: the layers, the selection, and what moves on it."""
