"""When networks without biases are linear (Zhang, Saxe and Latham 2024, arXiv:2406.12615)."""
