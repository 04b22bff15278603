"""SGD across the feature-learning strength (Atanasov et al. 2024, arXiv:2410.04642)."""
