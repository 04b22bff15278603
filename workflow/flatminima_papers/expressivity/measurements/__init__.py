"""What is measured of the networks that are built."""
