"""The parts of ``benchmarks/estimators.py``: tasks, contenders, and what is made of the results."""
