"""Learning the support."""
