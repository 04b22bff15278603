"""The files of a study: their places, what made them, and whether they are whole."""
