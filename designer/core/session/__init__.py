"""The open design."""
