"""From the identity of a run (or a dataset) to its own random generator.

A generator depends only on the identity, and neither on the job that trains a run
nor on what else a study contains.  So adding a repetition, a scale or a learning
rate never changes the random numbers of an older run.
"""

from hashlib import sha256

import numpy as np

Identity = str | int | float

__all__ = ["Identity", "random_generator"]


def random_generator(study_seed: int, *identity: Identity) -> np.random.Generator:
    """Return the random generator that belongs to one identity.

    The spawn key of a `numpy.random.SeedSequence` is the SHA-256 digest of the
    identity, each part written with its type, and floats exactly (in base 16),
    so that ``1``, ``1.0`` and ``"1"`` are three identities and two floats that
    differ in their last bit are two.

    Args:
        study_seed: The seed of the whole study, a non-negative integer.
        identity: The values that name the run or dataset, in a fixed order.

    Returns:
        A PCG64 generator, independent of that of any other identity.

    Examples:
        >>> a = random_generator(0, "run", "gaussian", 0.1, 3)
        >>> b = random_generator(0, "run", "gaussian", 0.1, 3)
        >>> bool(a.normal() == b.normal())
        True
        >>> other = random_generator(0, "run", "gaussian", 0.1, 4)
        >>> bool(other.normal() == random_generator(0, "run", "gaussian", 0.1, 3).normal())
        False
    """
    digest = sha256("\0".join(_exact_text(part) for part in identity).encode()).digest()
    spawn_key = np.frombuffer(digest, dtype="<u4").tolist()
    return np.random.Generator(
        np.random.PCG64(np.random.SeedSequence(study_seed, spawn_key=spawn_key))
    )


def _exact_text(part: Identity) -> str:
    if isinstance(part, (float, np.floating)):
        return f"float {float(part).hex()}"
    if isinstance(part, (int, np.integer)):
        return f"int {int(part)}"
    return f"str {len(part)} {part}"
