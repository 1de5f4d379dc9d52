"""What is found out about pictures before they are read: where they lie, how large they are, what is doubtful."""
