"""The version of what is said between threads, where it is JSON."""

PROTOCOL = 4
"""1 had fixed figures for losses and accuracies, and its lines name no version. 2 knew neither pauses nor changes.

Lines of 3 have one number for all steps of a report.
"""
