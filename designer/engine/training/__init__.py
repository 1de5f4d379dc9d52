"""Training: batches, objectives, metrics, and the loop over them."""
