"""The papers of the study: one folder per paper, with everything of its own."""
