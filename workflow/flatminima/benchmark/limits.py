"""The limit that the benchmark compares with: the same steps in hand-vectorised C.

``limits.c`` is compiled for each size by the C compiler of this machine and timed in the same run
as the library.  Where there is no compiler, there is no limit to compare with.
"""

import subprocess
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

__all__ = ["limit_microseconds"]

SOURCE = Path(__file__).with_name("limits.c")
OPTIONS = (
    *("-O3", "-march=native", "-mprefer-vector-width=512", "-ffp-contract=fast"),
    *("-fno-math-errno", "-fno-trapping-math", "-Wno-psabi"),
)
SECONDS = 0.3
"""Roughly how long one measurement takes."""

FLOPS = 4e9
"""Roughly what a core does in a second, to choose the number of steps."""

REPEATS = 3
"""A time is the best of this number."""


def limit_microseconds(network: str, depth: int, width: int, samples: int, runs: int) -> float:
    """Return the microseconds that a step of one run takes in C; NaN without a C compiler.

    Args:
        network: ``linear``, or ``mlp`` with GELU; NaN for others.
        depth: L, at least 2.
        width: Of all layers, and the number of features.
        samples: n.
        runs: How many runs are trained; they are taken in blocks of eight.
    """
    compiler = which("cc")
    if compiler is None or network not in ("linear", "mlp"):
        return float("nan")
    blocks = max(1, runs // 8)
    operations = 32 * depth * width**2 * blocks * (1 if network == "linear" else samples)
    sizes = {
        "WIDTH": width,
        "DEPTH": depth,
        "SAMPLES": samples,
        "BLOCKS": blocks,
        "STEPS": max(1, round(SECONDS * FLOPS / operations)),
    } | ({} if network == "linear" else {"GELU": 1})
    with TemporaryDirectory() as folder:
        program = Path(folder, "limit")
        defined = [f"-D{name}={value}" for name, value in sizes.items()]
        command = [compiler, *OPTIONS, *defined, str(SOURCE), "-lm", "-o", str(program)]
        subprocess.run(command, check=True, capture_output=True)
        times = (
            subprocess.run([program], check=True, capture_output=True, text=True).stdout
            for _ in range(REPEATS)
        )
        return min(map(float, times))
