"""The block kinds, one file each. Shared rules live in the modules whose names begin with an underscore."""
