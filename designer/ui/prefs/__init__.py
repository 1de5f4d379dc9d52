"""What a person has chosen for all designs: settings, shortcuts, where panels and the window stand."""
