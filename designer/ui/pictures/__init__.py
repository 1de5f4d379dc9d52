"""Pictures of networks for papers, slides and screens, drawn without a window."""
