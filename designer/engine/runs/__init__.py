"""What is kept of a run: its folder, metrics, checkpoints, and the weights that leave it."""
