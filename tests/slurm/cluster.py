"""A real Slurm of two nodes on this machine, without systemd, cgroups or a database."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from signal import SIGKILL
from typing import NamedTuple

import psutil

from tests.debian import SEARCH_PATH, Unavailable, install
from tests.sessions import LONGEST, send, wait_until

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch")
PACKAGES = ("munge", "slurmctld", "slurmd", "slurm-client")
NODES = ("n1", "n2")
PARTITION = "tests"
CONFIGURATION = """
ClusterName=flatminima
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# A requeued job is held until its credential has expired.
AuthInfo=socket={folder}/munge/socket,cred_expire=5
SlurmctldPort={controller_port}
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
# no cgroups, no systemd, no database
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
# two nodes that claim more than this machine may have
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={n1_port} CPUs=2 RealMemory=16000
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={n2_port} CPUs=2 RealMemory=16000
PartitionName={partition} Nodes=n[1-2] Default=YES MaxTime=INFINITE State=UP
# seconds instead of minutes: until a job starts, a killed one is gone, a node counts as lost
SchedulerParameters=sched_min_interval=0,batch_sched_delay=0,sched_interval=1,bf_interval=1
KillWait=2
SlurmdTimeout=6
ReturnToService=2
"""


def install_slurm() -> None:
    """Install Debian's Slurm where it is missing, and start nothing of it."""
    if os.geteuid() != 0:
        raise Unavailable("a test cluster needs root")
    install(PROGRAMS, PACKAGES)


class Job(NamedTuple):
    """A job of the cluster; the node is empty until it starts."""

    number: str
    walltime: str
    node: str


class Cluster:
    """The daemons of a cluster, which live in the foreground as our own processes."""

    def __init__(self, folder: Path):
        folder.chmod(0o755)  # munge refuses a socket that not everyone can reach
        self.folder = folder
        self.configuration = folder / "slurm.conf"
        self.daemons: dict[str, subprocess.Popen] = {}
        for name in ("munge", "state", "bin"):
            (folder / name).mkdir()
        key = folder / "munge/key"
        key.touch(mode=0o600)
        key.write_bytes(os.urandom(128))
        ports = _free_ports(1 + len(NODES))
        self.configuration.write_text(
            CONFIGURATION.format(
                host=socket.gethostname().split(".")[0],
                folder=folder,
                partition=PARTITION,
                controller_port=ports[0],
                n1_port=ports[1],
                n2_port=ports[2],
            )
        )
        # The Slurm plugin clears SLURM_CONF before it calls srun in a job, but not the path.
        srun = folder / "bin/srun"
        real = shutil.which("srun")
        srun.write_text(f'#!/bin/sh\nSLURM_CONF={self.configuration} exec {real} "$@"\n')
        srun.chmod(0o755)

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs in its environment to use this cluster."""
        return {
            "SLURM_CONF": str(self.configuration),
            "PATH": f"{self.folder}/bin:{SEARCH_PATH}",
        }

    def ask(self, *command: str) -> list[str]:
        """Return the lines that a Slurm command prints."""
        result = subprocess.run(
            command,
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=LONGEST,
        )
        return result.stdout.splitlines()

    def jobs(self, states: str = "running") -> set[Job]:
        """Return the jobs in some states (running, or all that Slurm remembers)."""
        lines = self.ask("squeue", "--noheader", f"--states={states}", "--format=%i %l %N")
        return {Job(*line.split(" ")) for line in lines}

    def start(self) -> None:
        """Start all daemons that do not run, and wait until both nodes are idle."""
        munge = self.folder / "munge"
        self._launch(
            *("munged", "--foreground", f"--socket={munge}/socket", f"--key-file={munge}/key"),
            *(f"--pid-file={munge}/pid", f"--log-file={munge}/log", f"--seed-file={munge}/seed"),
        )
        wait_until((munge / "socket").exists, "munged's socket")
        self._launch("slurmctld", "-D")
        for node in NODES:
            self._launch("slurmd", "-D", "-N", node)
        wait_until(self._idle, "both nodes idle")

    def lose_node(self, node: str) -> None:
        """Kill all that runs on a node, as when its power is cut."""
        self.daemons[f"slurmd -D -N {node}"].kill()
        self._kill_jobs(node)

    def recover(self) -> None:
        """Cancel all jobs and bring lost nodes back."""
        self.ask("scancel", "--user=root")
        self.start()

    def stop(self) -> None:
        """End the daemons, last started first, and then what still runs of jobs."""
        for daemon in reversed(self.daemons.values()):
            daemon.terminate()
            try:
                daemon.wait(timeout=30)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        for node in NODES:
            self._kill_jobs(node)

    def processes(self, **told: str) -> list[psutil.Process]:
        """Return the processes of jobs to which Slurm told some values, like SLURM_JOB_ID."""
        told |= {"SLURM_CONF": str(self.configuration)}
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):  # it has just ended
                if told.items() <= process.environ().items():
                    found.append(process)
        return found

    def _kill_jobs(self, node: str) -> None:
        """Kill the processes of a node's jobs and the slurmstepds above them."""
        for process in self.processes(SLURMD_NODENAME=node):
            with suppress(psutil.NoSuchProcess):
                above = [each for each in process.parents() if each.name() == "slurmstepd"]
                for each in (process, *above):
                    send(each, SIGKILL)

    def _launch(self, *command: str) -> None:
        name = " ".join(command)
        running = self.daemons.get(name)
        if running is None or running.poll() is not None:
            with (self.folder / f"{command[0]}.log").open("a") as log:
                self.daemons[name] = subprocess.Popen(
                    command, env=os.environ | self.environment, stdout=log, stderr=log
                )

    def _idle(self) -> bool:
        try:
            states = self.ask("sinfo", "--noheader", "--Node", "--format=%T")
        except subprocess.CalledProcessError:  # slurmctld does not answer yet
            return False
        return states == ["idle"] * len(NODES)


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Run a cluster in a folder of its own, and leave nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="slurm-"))  # short: a socket's path has a limit
    cluster = Cluster(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as sockets:
        bound = [sockets.enter_context(socket.socket()) for _ in range(count)]
        for each in bound:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in bound]
