"""Labarrière and others 2024: the implicit bias of deep diagonal linear networks."""
