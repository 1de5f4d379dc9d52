"""Previews and suggestions while a person points, drags and types."""
