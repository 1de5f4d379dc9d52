"""What is said between the window's thread and the engine's: requests down, events up. No torch."""
