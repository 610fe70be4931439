"""What all tests share: one thread, and examples that are the same in every run."""

import os

from hypothesis import settings

# Before anything imports torch: results then do not depend on how many cores a machine has.
os.environ.setdefault("OMP_NUM_THREADS", "1")

settings.register_profile("initatlas", derandomize=True, deadline=None)
settings.load_profile("initatlas")
