"""The measurements: one kind per file."""
