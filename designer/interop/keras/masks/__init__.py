"""Masks: those that the file passes, which are seen ahead, and where each is put to use, kept, or ends."""
