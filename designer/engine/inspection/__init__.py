"""Looking inside: what a block of the model gives for one sample."""
