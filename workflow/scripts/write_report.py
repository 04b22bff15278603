"""Have Snakemake write its report of the finished study."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from flatminima_study.files.job import running_job
from flatminima_study.files.tables import written_whole

BENCHMARK = "results/figures/benchmark.png"

with (
    running_job(snakemake) as job,
    TemporaryDirectory() as folder,
    written_whole(snakemake.params.page) as page,
):
    # with what the command line said over the configuration's file
    configuration = Path(folder, "config.yaml")
    configuration.write_text(yaml.safe_dump(snakemake.config, sort_keys=False), encoding="utf-8")
    options = {
        "--snakefile": snakemake.params.snakefile,
        "--configfile": configuration,
        "--report": page,
        "--report-stylesheet": snakemake.input.style,
    }
    command = [sys.executable, "-m", "snakemake", "--nolock"]
    command += [str(part) for option in options.items() for part in option]
    targets = ["all", BENCHMARK] if Path(BENCHMARK).exists() else ["all"]
    done = subprocess.run([*command, "--", *targets], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"Snakemake wrote no report: {done.stderr.strip()}")
    job.logger.info("%s", done.stderr.strip())
