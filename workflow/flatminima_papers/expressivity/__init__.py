"""ReLU networks without the curse of dimension: networks that are built, not trained."""
