"""What is computed, written once: expressions and programs, which the engine runs and codegen prints."""
