"""The feature speed formula (Chizat and Netrapalli 2023, arXiv:2311.18718)."""
