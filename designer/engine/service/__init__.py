"""The engine as others see it: one thread that owns the model, and answers requests by events."""
