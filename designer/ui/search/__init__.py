"""Finding a command, a kind or a block by typing."""
