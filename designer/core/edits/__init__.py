"""Pure edits: a design in, another design out."""
