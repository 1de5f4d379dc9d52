"""What is found out about files of arrays before they are read: their members, and what each is for."""
