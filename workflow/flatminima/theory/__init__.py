"""The theory of deep linear networks: closed forms, minimisers, gradient flow."""
