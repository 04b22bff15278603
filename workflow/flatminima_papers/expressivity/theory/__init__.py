"""A calculus of ReLU networks, and the networks that it builds."""
