"""The inner loops of training, compiled."""
