"""What is claimed of the angles along training."""

import pandas as pd

from flatminima.claims import judge_cases

__all__ = ["claims"]

ALIGNED = 0.98
"""A cosine from which on a layer counts as aligned."""

NOT_ALIGNED = 0.9
"""A cosine below which it does not."""

LOST = 0.1
"""A cosine below which the backward vectors have nothing to do with the velocities."""

SMALL = 0.1
"""The largest scale that counts as small."""

LARGE = 0.4
"""The smallest one that counts as large."""


def claims(table: pd.DataFrame, reduced: pd.DataFrame | None) -> list[dict]:
    """Judge measurements of the kind `speed_training`, at the end of each training."""
    del reduced
    ends = table.groupby(["init_scale", "noise", "layer"]).last().reset_index()
    clean, noisy = ends[ends["noise"] == 0], ends[ends["noise"] > 0]
    small = clean[clean["init_scale"] <= SMALL]
    large = clean[clean["init_scale"] >= LARGE]
    inner = large[(large["layer"] > 1) & (large["layer"] < large["layer"].max())]
    share = table.groupby(["init_scale", "noise"])["excess_share"].min().max()
    data = f"deep linear networks, white data, where {share:.1e} of the excess risk is left"
    return [
        judge_cases(
            "speed_small_starts_align", "this study",
            "from a small start all layers are aligned at the end", f"cosine - {ALIGNED}",
            small["cosine"] - ALIGNED, regime=f"{data}, no noise, scales <= {SMALL:g}",
        ),
        judge_cases(
            "speed_large_starts_do_not", "this study",
            "from a large start the inner layers are not", f"{NOT_ALIGNED} - cosine",
            NOT_ALIGNED - inner["cosine"], regime=f"{data}, no noise, scales >= {LARGE:g}",
        ),
        judge_cases(
            "speed_noise_misaligns", "this study",
            "with noise in the labels no layer is: what is left to fit is noise",
            f"{LOST} - cosine", LOST - noisy["cosine"], regime=f"{data}, noisy labels",
        ),
    ]  # fmt: skip
