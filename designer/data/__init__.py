"""Sources of samples. No Qt and no torch: what comes out are NumPy arrays."""
