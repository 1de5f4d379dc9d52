"""The canvas: blocks as cards, joined by edges."""
