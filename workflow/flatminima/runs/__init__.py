"""Runs: each trains a network once, from its identity to its row in a table."""
