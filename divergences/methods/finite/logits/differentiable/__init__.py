"""What needs JAX: blocks of rows, their statistics, and rules of derivatives."""
