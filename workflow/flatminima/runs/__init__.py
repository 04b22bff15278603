"""Runs: a network trained once, from its identity to its row in a table."""
