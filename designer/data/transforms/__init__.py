"""What is done to samples before the network sees them: one module a transform."""
