"""Shapes and programs of a network."""
