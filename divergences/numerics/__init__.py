"""Pure kernels on arrays: no measures, no functionals, no validation."""
