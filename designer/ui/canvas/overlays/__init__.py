"""What lies over the view or beside it, and shows what the scene holds."""
