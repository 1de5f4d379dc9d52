"""Building, training and looking inside, with torch and without Qt."""
