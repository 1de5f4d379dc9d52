"""How it looks and what things are called: colours, icons, fonts, labels."""
