"""How fast is initatlas, beside what else one could do? `python -m benchmarks` measures it."""
