"""Which jobs a study takes, made by which code, at what cost."""
