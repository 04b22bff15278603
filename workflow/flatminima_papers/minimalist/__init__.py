"""Minimalist chains."""
