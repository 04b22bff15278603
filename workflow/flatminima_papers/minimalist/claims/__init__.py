"""The claims about each kind of measurement, in a file of the same name."""
