"""Whatever happens on the cluster, the results are those of an undisturbed local build."""

import signal

import pytest

from tests.slurm.cluster import Cluster, Job, wait_until
from tests.slurm.profiles import submit
from tests.study_folder import Folder, finish, make_fresh

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


def catch_training(cluster: Cluster, folder: Folder) -> Job:
    """Wait until the job trains, which is when its log begins."""
    logs = folder.path / "results/logs/train_batch"
    wait_until(lambda: any(logs.rglob("*.log")), "the training job trains")
    (job,) = cluster.jobs()
    return job


def test_a_cancelled_job_is_sent_again(cluster, folder, undisturbed):
    building = submit(folder, cluster, "slurm", RUNS)
    cluster.ask("scancel", catch_training(cluster, folder).number)
    finish(building)
    assert folder.results() == undisturbed.results()


def test_the_job_of_a_lost_node_is_sent_to_another(cluster, folder, undisturbed):
    building = submit(folder, cluster, "cluster-generic", RUNS)
    lost = catch_training(cluster, folder)
    cluster.lose_node(lost.node)
    finish(building)
    (again,) = {job for job in cluster.jobs("completed") if int(job.number) > int(lost.number)}
    assert again.node != lost.node
    assert folder.results() == undisturbed.results()


def test_a_killed_snakemake_starts_again_beside_the_job_it_left(cluster, folder, undisturbed):
    building = submit(folder, cluster, "slurm", RUNS)
    left = catch_training(cluster, folder)
    building.kill()
    finish(building, check=False)
    # The first copy waits for the second, so that both write the same file.
    cluster.ask("scontrol", "suspend", left.number)
    folder.snakemake("--unlock")
    building = submit(folder, cluster, "slurm", RUNS)
    wait_until(cluster.jobs, "the second copy runs")
    cluster.ask("scontrol", "resume", left.number)
    assert left in cluster.jobs()
    assert len(cluster.jobs()) == 2
    finish(building)
    wait_until(lambda: not cluster.jobs(), "the end of both copies")
    assert folder.results() == undisturbed.results()


def test_an_interrupted_snakemake_cancels_its_jobs(cluster, folder, undisturbed):
    building = submit(folder, cluster, "cluster-generic", RUNS)
    catch_training(cluster, folder)
    building.send_signal(signal.SIGINT)
    assert finish(building, check=False).returncode != 0
    wait_until(lambda: not cluster.jobs(), "an empty queue", seconds=20)
    assert not (folder.path / RUNS).exists()
    finish(submit(folder, cluster, "cluster-generic", RUNS))
    assert folder.results() == undisturbed.results()
