"""The findings, one file each: pure functions of what was observed of a run."""
