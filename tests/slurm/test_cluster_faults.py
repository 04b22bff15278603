"""Whatever happens on the cluster, the results are those of an undisturbed local build."""

from signal import SIGCONT, SIGSTOP

import psutil
import pytest

from tests.sessions import Session, send, wait_until
from tests.slurm.cluster import Cluster, Job
from tests.slurm.profiles import submit
from tests.study_folder import Folder, make_fresh
from tests.training_jobs import training_jobs

RUNS = "results/runs/gelu.parquet"  # the runs of one training job


def train_for_seconds(folder: Folder) -> Folder:
    """Give the training job so many steps that it can be caught."""
    folder.configure(lambda config: config["experiments"]["gelu"]["sweep"][0].update(steps=80_000))
    return folder


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> Folder:
    """The runs, made on this machine."""
    folder = train_for_seconds(make_fresh(tmp_path_factory.mktemp("undisturbed") / "study"))
    folder.snakemake(RUNS)
    return folder


@pytest.fixture
def folder(fresh) -> Folder:
    return train_for_seconds(fresh)


def catch_training(cluster: Cluster, build: Session) -> Job:
    """Wait until a job trains, and stop it there: no fault comes when it has already ended.

    Slurm does not know: the job counts as running. Whatever Slurm sends it wakes it up.
    """

    def stopped_job() -> Job | None:
        for job in cluster.jobs():
            for process in training_processes(cluster, job):
                send(process, SIGSTOP)
            if training_processes(cluster, job):
                return job
        return None

    return build.wait_until(stopped_job, "a job trains")


def training_processes(cluster: Cluster, job: Job) -> list[psutil.Process]:
    return training_jobs(cluster.processes(SLURM_JOB_ID=job.number))


def numbers(jobs: set[Job]) -> set[str]:
    return {job.number for job in jobs}


def test_a_cancelled_job_is_sent_again(cluster, folder, undisturbed):
    with submit(folder, cluster, "slurm", RUNS) as build:
        caught = catch_training(cluster, build)
        cluster.ask("scancel", caught.number)
        build.finish()
    assert numbers(cluster.jobs("cancelled")) == {caught.number}
    assert folder.results() == undisturbed.results()


def test_the_job_of_a_lost_node_is_sent_to_another(cluster, folder, undisturbed):
    with submit(folder, cluster, "cluster-generic", RUNS) as build:
        lost = catch_training(cluster, build)
        cluster.lose_node(lost.node)
        build.finish()
    (again,) = {job for job in cluster.jobs("completed") if int(job.number) > int(lost.number)}
    assert again.node != lost.node
    assert folder.results() == undisturbed.results()


def test_a_killed_snakemake_starts_again_beside_the_job_it_left(cluster, folder, undisturbed):
    with submit(folder, cluster, "slurm", RUNS) as build:
        left = catch_training(cluster, build)
        build.kill_leader()
    # The first copy waits for the second, so that both write the same file.
    cluster.ask("scontrol", "suspend", left.number)
    folder.snakemake("--unlock")
    with submit(folder, cluster, "slurm", RUNS) as build:
        second = catch_training(cluster, build)
        assert left in cluster.jobs("suspended")
        cluster.ask("scontrol", "resume", left.number)
        assert left not in cluster.jobs("suspended")
        for process in training_processes(cluster, second):
            send(process, SIGCONT)
        build.finish()
    wait_until(lambda: not cluster.jobs(), "the end of both copies")
    assert {left.number, second.number} <= numbers(cluster.jobs("completed"))
    assert folder.results() == undisturbed.results()


def test_an_interrupted_snakemake_cancels_its_jobs(cluster, folder, undisturbed):
    with submit(folder, cluster, "cluster-generic", RUNS) as build:
        caught = catch_training(cluster, build)
        build.interrupt()
        assert build.wait() != 0
    wait_until(lambda: not cluster.jobs(), "an empty queue")
    assert caught.number in numbers(cluster.jobs("cancelled"))
    assert not (folder.path / RUNS).exists()
    with submit(folder, cluster, "cluster-generic", RUNS) as build:
        build.finish()
    assert folder.results() == undisturbed.results()
