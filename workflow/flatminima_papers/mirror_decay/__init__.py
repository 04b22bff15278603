"""Jacobs, Zhou and Burkholz 2025: how weight decay shapes the implicit bias."""
