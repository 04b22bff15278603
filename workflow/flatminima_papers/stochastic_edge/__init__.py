"""The edge of stochastic stability."""
