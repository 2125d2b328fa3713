"""Special functions, and the terms of which divergences are sums."""
