"""What the jobs of a whole build load, and what they leave."""

import json
import marshal
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType

from flatminima_study.configuration import parse_study
from flatminima_study.files.catalogue import Catalogue
from flatminima_study.planning.code import used_modules
from tests.study_folder import PROJECT


def test_every_module_that_a_job_loads_is_part_of_its_code(built_elsewhere, monkeypatch):
    monkeypatch.chdir(built_elsewhere.path)
    jobs = Catalogue(parse_study(built_elsewhere.config)).jobs
    told = [json.loads(path.read_text()) for path in Path("loaded").iterdir()]
    assert {one["job"] for one in told} == set(jobs)
    for one in told:
        product = jobs[one["job"]]
        script = PROJECT / f"workflow/scripts/{product.script}.py"
        used = {
            path.relative_to(PROJECT).as_posix() for path in used_modules(script, product.kinds)
        }
        assert set(one["modules"]) - used == set(), one["job"]


def test_the_library_is_compiled_before_the_jobs_which_keep_nothing(built_elsewhere):
    """Of a module that is written on a full disk Python may keep a part."""
    library = built_elsewhere.path / "workflow"
    for module in [*library.glob("flatminima*/**/*.py")]:
        bytecode = Path(cache_from_source(module)).read_bytes()
        assert isinstance(marshal.loads(bytecode[16:]), CodeType)
    told = [json.loads(path.read_text()) for path in (built_elsewhere.path / "loaded").iterdir()]
    assert not any(one["keeps_bytecode"] for one in told)
