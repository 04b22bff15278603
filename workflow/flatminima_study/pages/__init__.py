"""What people read: the explorer, and the captions of the report."""
