"""The jobs of a study, their code and their cost."""
