"""What all tests share: one thread, examples that are the same in every run, and SIGINT."""

import os
import signal

from hypothesis import settings

# Before anything imports torch: results then do not depend on how many cores a machine has.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# What a shell starts in the background is deaf to SIGINT, and so would be all that tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("initatlas", derandomize=True, deadline=None)
settings.load_profile("initatlas")
