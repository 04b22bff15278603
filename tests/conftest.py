"""One thread a process, and searches that repeat: what every test relies on."""

import os

# BLAS reads these when NumPy is first imported, and splits its sums by the number of threads:
# with more than one, neither the bits of a result nor the time of a test would be ours.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

from hypothesis import settings  # noqa: E402 (after the threads are set)

# A suite that passes today passes tomorrow; to search further, `--hypothesis-profile=search`.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile("suite")
