"""What is known about a distribution. Validation happens here, once."""
