"""Geometry: where cards and edges lie."""
