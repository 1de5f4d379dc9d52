"""Between the window and the engine: events as Qt signals, and whose a run's figures are."""
