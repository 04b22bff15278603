"""Read the user's own data, and write it as arrays, with a table of its columns."""

from flatminima.core.kinds import restore
from flatminima_study.files.job import running_job

with running_job(snakemake) as job:
    kind = restore("datasets", snakemake.params.dataset)
    for path in kind.reads():
        job.note_user_file(path)
    reading = kind.read()
    job.logger.info("%s", reading.summary)
    job.write_dataset(snakemake.output.arrays, reading.dataset)
    job.write_summary(snakemake.output, reading.columns)
