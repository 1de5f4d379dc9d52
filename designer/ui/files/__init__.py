"""Opening, saving, recovering, exporting and importing."""
