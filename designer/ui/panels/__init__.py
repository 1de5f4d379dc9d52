"""The docks around the canvas, one module each."""
