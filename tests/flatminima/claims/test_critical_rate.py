import pandas as pd

from flatminima.claims import LIMIT, ROUNDING

from .controls import Control, Judged, controlled, grid
from .tables import critical_rates, judged


def test_no_run_converges_above_the_rate():
    claims = judged("critical_rate", *critical_rates())
    assert claims.loc["critical_rate_is_above", "holds"]
    reached = [name for name in claims.index if name.startswith("critical_rate_is_reached")]
    assert len(reached) == 1


def test_rates_below_which_runs_diverge_are_judged_apart():
    table, brackets = critical_rates()
    both = pd.concat([brackets, brackets.assign(diverged_below=3)])
    claims = judged("critical_rate", table, both)
    assert claims.loc["critical_rate_is_reached_in_spite_of_divergence", "cases"] == 1
    assert claims.loc["critical_rate_is_reached", "cases"] == 1


# Negative controls


def sound():
    """2 / S_min = 1 and 1 / (cLa) = 1.01 of two networks; of one, runs diverge below the rate."""
    network = {
        "experiment": ["e"], "dataset": ["d"], "initialisation": ["gaussian"], "depth": [3, 4],
        "width": [3],
    }  # fmt: skip
    table = grid(**network, learning_rate=[0.9, 1.0, 1.2])
    rate = table["learning_rate"]
    table = table.assign(relative_rate=rate, converged=(rate <= 1).astype(int))
    reduced = grid(**network, steps=[100, 1000]).assign(
        critical_rate=1.0, exact_critical_rate=1.0, paper_critical_rate=1.01, diverged_below=0
    )
    reduced["diverged_below"] = (reduced["depth"] == 4).astype(int)
    # what short trainings find does not count
    reduced["critical_rate"] = reduced["critical_rate"].where(reduced["steps"] == 1000, 0.5)
    return Judged(table, reduced)


SOUND = sound()
HIGHEST = (SOUND.table["learning_rate"] == 1) & (SOUND.table["depth"] == 3)
LONGEST = SOUND.reduced["steps"] == 1000
STABLE = LONGEST & (SOUND.reduced["diverged_below"] == 0)
UNSTABLE = LONGEST & (SOUND.reduced["diverged_below"] > 0)


def reached(claim, rows):
    """Return the controls of a measured rate that lies too low, and too high."""
    return [
        Control(
            *(claim, LIMIT),
            lambda sound, beyond, columns=columns: sound.with_reduced(rows, **columns(beyond)),
        )
        for columns in (
            lambda beyond: {"critical_rate": 1 - beyond},
            # the paper's rate is far here, else it would be the nearer one
            lambda beyond: {"critical_rate": 1 + beyond, "paper_critical_rate": 2.0},
        )
    ]


CONTROLS = [
    Control(
        *("critical_rate_is_above", ROUNDING),
        lambda sound, beyond: sound.with_values(HIGHEST, relative_rate=1 + beyond),
    ),
    Control(
        *("critical_rate_paper_is_above", ROUNDING),
        lambda sound, beyond: sound.with_values(HIGHEST, learning_rate=1.01 * (1 + beyond)),
    ),
    Control(
        *("critical_rate_is_nearer", 0.0),
        # between 1 and 1.01, by so much nearer to the second
        lambda sound, beyond: sound.with_reduced(
            STABLE, critical_rate=(2 + beyond) / (1 + 1 / 1.01)
        ),
    ),
    *reached("critical_rate_is_reached", STABLE),
    *reached("critical_rate_is_reached_in_spite_of_divergence", UNSTABLE),
]

(
    test_false_numbers_turn_their_verdict_alone,
    test_every_claim_holds_of_sound_numbers_and_has_its_control,
) = controlled("critical_rate", SOUND, CONTROLS)
