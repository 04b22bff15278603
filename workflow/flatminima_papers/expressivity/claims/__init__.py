"""What is claimed of each measurement of the same name."""
