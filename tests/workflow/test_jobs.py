"""What the jobs of a whole build use, and what they leave."""

import marshal
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType


def test_a_job_that_uses_code_which_is_not_among_its_parameters_fails(fresh):
    """The digest is found by reading the code; here a module is imported behind its back."""
    script = fresh.path / "workflow/scripts/make_dataset.py"
    hidden = "__import__('importlib').import_module('flatminima.runs.training')"
    script.write_text(script.read_text().replace("with running_job", f"{hidden}\nwith running_job"))
    result = fresh.snakemake("results/datasets/small.npz", check=False)
    assert result.returncode == 1
    last = result.stderr.strip().splitlines()[-1]
    assert "used code that is not among its parameters" in last
    assert "flatminima/runs/training.py" in last


def test_the_library_is_compiled_before_the_jobs_which_keep_nothing(built_elsewhere):
    """Of a module that is written on a full disk Python may keep a part."""
    library = built_elsewhere.path / "workflow"
    for module in [*library.glob("flatminima*/**/*.py")]:
        bytecode = Path(cache_from_source(module)).read_bytes()
        assert isinstance(marshal.loads(bytecode[16:]), CodeType)
