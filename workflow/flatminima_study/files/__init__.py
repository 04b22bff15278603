"""The files of a study: where they lie, what made them, and whether they are whole."""
