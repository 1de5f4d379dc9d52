"""Measurements and pictures made with the real program. Nothing here is imported by it."""
