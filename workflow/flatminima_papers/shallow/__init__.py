"""Speed and flatness of shallow networks."""
