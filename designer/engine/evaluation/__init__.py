"""What a trained network makes of samples: predictions, and figures of how good they are."""
