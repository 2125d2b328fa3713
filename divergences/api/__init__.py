"""The public functions: one typed function a quantity, a few lines each."""
