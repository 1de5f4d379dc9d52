"""Other programs' networks: in and out. Read as data; nothing of theirs is run."""
