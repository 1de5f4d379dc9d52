"""How a model was trained: its losses and its optimizer, as Outputs and training settings."""
