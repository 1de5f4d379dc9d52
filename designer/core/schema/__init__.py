"""What values and parameters may be: shapes, fields, units and their limits."""
