"""What is claimed of the measurements of the same names."""
