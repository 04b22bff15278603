"""Summaries of runs: statistics over repetitions, probabilities, regressions."""
