"""From runs to what is read of them: statistics over repetitions, probabilities, regressions."""
