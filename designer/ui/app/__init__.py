"""The program: the window, and what starts and ends it."""
