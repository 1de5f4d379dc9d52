"""What the mouse, the wheel, fingers and keys do on the canvas."""
