"""What is measured for the paper, one module a kind."""
