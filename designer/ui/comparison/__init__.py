"""Two networks side by side, with what differs marked."""
