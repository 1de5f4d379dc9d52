"""What one layer says: its fields, what of them a rule has read, what Keras takes by itself, and who takes it."""
