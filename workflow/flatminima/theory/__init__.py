"""The theory of deep linear networks: closed forms, gradient flow, the structure of layers."""
