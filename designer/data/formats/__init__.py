"""What a person's own data can be: one module a source, each with what its files look like and how they are read."""
