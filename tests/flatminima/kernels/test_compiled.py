"""Machine code is kept for other jobs, for as long as the sources are the same."""

import fcntl
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import flatminima
from tests.toy_kinds import drop_in

LIBRARY = Path(flatminima.__file__).parent

# Trains some of three networks or follows a flow, and prints what was compiled and digests.
JOB = """
import hashlib, sys
from types import SimpleNamespace
import numpy as np
from flatminima.datasets.gaussian import gaussian_dataset
from flatminima.kernels.activations import gelu_erf, gelu_tanh
from flatminima.kernels.field import evaluate, move
from flatminima.kernels.flow import take_step
from flatminima.kernels.linear import descend
from flatminima.kernels.perceptron import descend_with
from flatminima.networks.mlp.network import MultilayerPerceptron
from flatminima.theory.gradient_flow import end_of_flow
from flatminima.networks.linear.network import LinearNetwork
from flatminima.optimisers import GradientDescent
from flatminima.runs.training import train

features, depth = int(sys.argv[1]), int(sys.argv[2])
data = gaussian_dataset(6, features, 1.0, np.random.default_rng(0))
networks = {
    "linear": LinearNetwork(data, depth),
    "tanh": MultilayerPerceptron(data, depth, gelu="tanh"),
    "erf": MultilayerPerceptron(data, depth, gelu="erf"),
}
digests = []
for name in sys.argv[3].split(","):
    if name == "flow":
        # what a flow is of, without a sum by BLAS
        generator = np.random.default_rng(0)
        solution = generator.uniform(size=5)
        network = SimpleNamespace(
            size=95, layer_shapes=((9, 5), (5, 9), (1, 5)), projection=np.ones(1),
            covariance_root=np.eye(5) + generator.uniform(size=(5, 5)) / 5,
            dataset=SimpleNamespace(features=5, minimum_norm_solution=solution),
        )
        content = end_of_flow(network, generator.uniform(size=95)).parameters.tobytes()
    else:
        network = networks[name]
        parameters = np.random.default_rng(0).normal(size=(network.size, 9)) / 2
        result = train(network, parameters, GradientDescent(np.full(9, 0.05)), 70)
        content = result.parameters.tobytes() + result.gradient_norm.tobytes()
    digests.append(hashlib.sha256(content).hexdigest())
kernels = [descend, descend_with(gelu_tanh), descend_with(gelu_erf), evaluate, move, take_step]
print(sum(sum(kernel.stats.cache_misses.values()) for kernel in kernels), ",".join(digests))
"""


class Library:
    """A copy of the library whose sources may change."""

    def __init__(self, folder, *left_out):
        self.folder = folder / "flatminima"
        shutil.copytree(LIBRARY, self.folder, ignore=shutil.ignore_patterns(*left_out))

    @property
    def kept(self):
        return sorted(self.folder.glob("kernels/__pycache__/*.nbc"))

    def job(self, *, features=1, depth=2, networks="linear", **variables):
        """Return how many kernels a job compiled, and digests of what it trained."""
        return self.run(JOB, str(features), str(depth), networks, **variables)

    def run(self, program, *arguments, **variables):
        """Return the two words that a program prints, the first of them a number."""
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("NUMBA")
        }
        environment |= {"PYTHONPATH": str(self.folder.parent)} | variables
        command = [sys.executable, "-c", program, *arguments]
        process = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False
        )
        assert process.returncode == 0, process.stderr
        compiled, *digests = process.stdout.split()
        return int(compiled), "".join(digests)


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path, "__pycache__")


def test_a_job_compiles_what_no_other_has_and_anew_when_a_source_is_edited(library):
    compiled, digest = library.job()
    assert compiled == 1
    assert library.job() == (0, digest)
    assert library.job(depth=5)[0] == 0  # the same kernel for all depths

    before = library.kept
    assert len(before) == 1
    source = library.folder / "kernels/vector.py"
    text = source.read_text()
    assert 'operator.sub, "fsub"' in text
    source.write_text(text.replace('operator.sub, "fsub"', 'operator.sub, "fadd"'))
    compiled, other = library.job()
    assert compiled == 1
    assert other != digest
    assert library.job() == (0, other)
    assert len(library.kept) == 1  # what nothing can use any more is gone
    assert library.kept != before


TOY = """
import hashlib
import numpy as np
from flatminima.datasets.gaussian import gaussian_dataset
from flatminima.networks.toy_diagonal.kernel import descend
from flatminima.networks.toy_diagonal.network import DiagonalNetwork
network = DiagonalNetwork(gaussian_dataset(6, 2, 1.0, np.random.default_rng(0)), 2)
kernel = network.kernel(np.ones((4, 1)))
kernel.descend(0.1, 3)
print(sum(descend.stats.cache_misses.values()), hashlib.sha256(kernel.parameters).hexdigest())
"""


def test_a_kernel_in_the_package_of_its_network_is_compiled_anew_when_an_import_of_it_is_edited(
    library,
):
    drop_in(library.folder.parent)
    package = library.folder / "networks/toy_diagonal"
    compiled, digest = library.run(TOY)
    assert (compiled, library.run(TOY)) == (1, (0, digest))
    (package / "factor.py").write_text("TWO = 1.0\n")
    compiled, other = library.run(TOY)
    assert compiled == 1
    assert other != digest
    assert len(list(package.glob("__pycache__/*.nbc"))) == 1


def test_jobs_that_compile_at_once_lose_nothing(library):
    with ThreadPoolExecutor() as threads:
        jobs = list(threads.map(lambda features: library.job(features=features), (1, 2, 1, 2)))
    assert len(library.kept) == 2
    assert sum(compiled for compiled, _ in jobs) == 2  # each kernel by one job
    assert not list(library.folder.glob("kernels/__pycache__/*.lock"))
    again = [library.job(features=features) for features in (1, 2)]
    assert (
        again == [(0, digest) for _, digest in jobs[:2]] == [(0, digest) for _, digest in jobs[2:]]
    )


def test_a_lock_that_is_never_given_up_holds_no_job_for_ever(library):
    source = library.folder / "kernels/compiled.py"
    source.write_text(source.read_text().replace("PATIENCE = 30", "PATIENCE = 0.2"))
    _, digest = library.job()
    (kept,) = library.kept
    kept.unlink()
    with kept.with_name(kept.name.removesuffix(".1.nbc") + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert library.job() == (1, digest)


def test_a_file_system_without_locks_is_no_error(library):
    source = library.folder / "kernels/compiled.py"
    lock = "fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)"
    assert lock in source.read_text()
    source.write_text(source.read_text().replace(lock, "raise OSError(95, 'not supported')"))
    _, digest = library.job()
    assert library.job() == (0, digest)


def test_a_damaged_file_is_compiled_anew(library):
    _, digest = library.job()
    (file,) = library.kept
    file.write_bytes(file.read_bytes()[:-1])
    assert library.job() == (1, digest)
    assert library.job() == (0, digest)


def test_bits_are_the_same_with_the_instructions_of_other_processors(tmp_path):
    """Narrower vectors, and none that rounds a product and a sum once: a function does then."""
    library = Library(tmp_path)  # with what is compiled for this processor
    training, flow = (library.job(networks=names) for names in ("linear,tanh", "flow"))
    here = len(library.kept)
    for processor in ("haswell", "nehalem"):
        other = {"NUMBA_CPU_NAME": processor, "NUMBA_CPU_FEATURES": ""}
        assert library.job(networks="linear,tanh", **other) == (2, training[1])
        other |= {"OPENBLAS_CORETYPE": processor}
        assert library.job(networks="flow", **other) == (3, flow[1])
    assert len(library.kept) == here + 10  # a folder may be shared by all


def test_kernels_that_several_jobs_compiled_do_not_call_each_other(library):
    """Each job compiles first what closes over an activation: symbols counted up would be equal."""
    alone = [library.job(networks=name)[1] for name in ("linear", "tanh", "erf", "flow")]
    assert len(set(alone)) == 4
    assert library.job(networks="linear,tanh,erf,flow") == (0, ",".join(alone))
    assert library.job(networks="flow,erf,tanh,linear") == (0, ",".join(alone[::-1]))
