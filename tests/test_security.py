"""Nothing in the workflow runs what a configuration or a data file says."""

import ast
import os
import pickle
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flatminima.datasets import DatasetError
from flatminima.datasets.file import read_dataset

PROJECT = Path(__file__).parents[1]
MODULES = sorted((PROJECT / "workflow").rglob("*.py"))
RULES = [PROJECT / "Snakefile", *sorted((PROJECT / "workflow/rules").glob("*.smk"))]
TABLE = pd.DataFrame({"a": [1.0, 2.0, 4.0], "y": [1.0, 0.0, 2.0]})

EVALUATING = {
    *("eval", "exec", "compile", "__import__", "pickle", "marshal", "shelve", "dill", "joblib"),
    *("os.system", "os.popen", "read_pickle", "to_pickle", "unsafe_load", "full_load", "load_all"),
}


def dangers(source: str) -> list[str]:
    """Name what in a Python file could run text as a program."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name in EVALUATING]
        elif isinstance(node, ast.ImportFrom):
            found += [name for name in [node.module, *(a.name for a in node.names)]
                      if name in EVALUATING]  # fmt: skip
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            arguments = {word.arg: ast.unparse(word.value) for word in node.keywords}
            if called in EVALUATING or called.rpartition(".")[2] in EVALUATING - {"compile"}:
                found.append(called)
            if arguments.get("shell", "False") != "False":
                found.append(f"{called} with a shell")
            if arguments.get("allow_pickle", "False") != "False":
                found.append(f"{called} with pickle")
            if called in ("np.load", "numpy.load") and "allow_pickle" not in arguments:
                found.append(f"{called} that does not say allow_pickle=False")
            if called == "yaml.load" and "Safe" not in arguments.get("Loader", ""):
                found.append(called)
    return found


def test_no_module_evaluates_text():
    for path in MODULES:
        assert dangers(path.read_text()) == [], path


@pytest.mark.parametrize(
    "source",
    [
        "eval(text)",
        "import pickle",
        "from pickle import loads",
        "subprocess.run(text, shell=True)",
        "np.load(path)",
        "np.load(path, allow_pickle=True)",
        "yaml.load(text, Loader=yaml.FullLoader)",
        "pd.read_pickle(path)",
        "os.system(text)",
    ],
)
def test_what_evaluates_text_would_be_found(source):
    assert dangers(source)


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_no_rule_runs_a_shell_or_evaluates_text(path):
    rules = path.read_text()
    assert not re.search(r"^\s*(shell|run|notebook|wrapper):", rules, re.MULTILINE)
    assert not re.search(r"\b(eval|exec|shell|pickle)\s*\(|\bimport (pickle|subprocess)", rules)


class Program:
    """A pickled object that leaves a trace when it is read."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self):
        return os.mkdir, (str(self.trace),)


@pytest.fixture
def trace(tmp_path) -> Path:
    return tmp_path / "trace"


def refusal(path: Path) -> str:
    with pytest.raises(DatasetError) as caught:
        read_dataset(path, None if path.suffix == ".npz" else "y")
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert message.splitlines() == [message]
    return message


def test_an_archive_of_pickled_objects_is_refused_unread(tmp_path, trace):
    path = tmp_path / "mine.npz"
    np.savez(path, X=np.array([[Program(trace)]] * 3, dtype=object), y=np.arange(3.0))
    assert "allow_pickle=False" in refusal(path)
    assert not trace.exists()
    with np.load(path, allow_pickle=True) as archive:  # the trace is real
        archive["X"]
    assert trace.exists()


def test_a_pickle_that_is_called_an_archive_is_refused_unread(tmp_path, trace):
    path = tmp_path / "mine.npz"
    path.write_bytes(pickle.dumps(Program(trace)))
    assert "numpy.savez did not write it" in refusal(path)
    assert not trace.exists()


def test_pickles_in_a_table_are_refused_unread(tmp_path, trace):
    path = tmp_path / "mine.parquet"
    pq.write_table(pa.table({"a": [pickle.dumps(Program(trace))] * 3, "y": [1.0, 0.0, 2.0]}), path)
    assert "the column 'a' holds something that is not a number" in refusal(path)
    assert not trace.exists()


@pytest.mark.parametrize(
    "metadata",
    [b"not json", b"\xff", b'{"index_columns": ["nothing"], "columns": []}', b"[]", b'{"a": 1}'],
)
def test_odd_metadata_of_a_table_never_changes_the_data(tmp_path, metadata):
    path = tmp_path / "mine.parquet"
    pq.write_table(pa.Table.from_pandas(TABLE).replace_schema_metadata({"pandas": metadata}), path)
    try:
        dataset = read_dataset(path, "y")
    except DatasetError as error:
        assert "it cannot be read as a table" in str(error)  # noqa: PT017 (either is right)
    else:
        np.testing.assert_array_equal(dataset.inputs[:, 0], TABLE["a"])


def test_a_column_that_is_an_index_is_not_lost_silently(tmp_path):
    path = tmp_path / "mine.parquet"
    TABLE.assign(b=1.0).set_index("a").to_parquet(path)
    assert "['a'] is an index" in refusal(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,y\n=1+1,2\n=cmd|' /C calc'!A0,3\n", "the column 'a' holds something that is not a n"),
        ("a,y\n__import__('os').getcwd(),2\n1,3\n", "the column 'a' holds something that is not"),
        ("a,y,y\n1,2,3\n3,4,5\n", "two columns are named 'y'"),
        ("a,y\n0,1,2\n1,3,4\n", "line 2 has 3 entries, more than the 2 of the header"),
        ("a,y\n1\0,2\n3,4\n", "is not a number"),
    ],
)
def test_a_table_with_something_else_than_numbers(tmp_path, text, says):
    path = tmp_path / "mine.csv"
    path.write_text(text)
    assert says in refusal(path)
