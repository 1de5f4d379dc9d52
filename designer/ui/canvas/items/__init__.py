"""What stands on the scene, drawn from what it is given."""
