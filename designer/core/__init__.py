"""The document: blocks, networks, edits, shape inference and files. Imports neither torch nor Qt."""
