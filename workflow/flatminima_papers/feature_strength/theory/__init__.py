"""The mathematics of networks whose output is divided by gamma."""
