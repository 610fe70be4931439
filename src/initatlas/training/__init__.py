"""Training: one loop for all networks of an ensemble at once."""
