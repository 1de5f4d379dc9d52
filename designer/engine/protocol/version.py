"""The version of what is said between threads, where it is JSON."""

PROTOCOL = 2
"""1 had fixed figures for losses and accuracies, and its lines name no version."""
