"""The view onto the scene, and where it was."""
