"""What people read: the explorer, the tables, the report."""
