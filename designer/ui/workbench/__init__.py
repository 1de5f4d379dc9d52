"""What features get of the window."""
