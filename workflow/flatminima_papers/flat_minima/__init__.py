"""Deep linear networks are implicitly regularised towards flat minima (Marion and Chizat 2024)."""
