"""Cards, frames, edges and notes, kept in step with the design."""
