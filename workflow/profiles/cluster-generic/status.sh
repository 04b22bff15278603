#!/bin/sh
# Print running, success or failed for the Slurm job with this number.
job=${1%%;*} # sbatch --parsable may print number;cluster

# slurmctld forgets a job some minutes after its end; an accounting database does not.
state() {
  state=$(scontrol --oneliner show job "$job" 2>/dev/null | sed -n 's/.* JobState=\([A-Z_]*\).*/\1/p')
  [ -n "$state" ] ||
    state=$(sacct --allocations --noheader --parsable2 --format=State --jobs="$job" 2>/dev/null |
      sed -n '1s/ .*//p')
  [ -n "$state" ]
}

# A controller that does not answer for a moment has not lost the job.
for pause in 1 2 4 8 0; do
  state && break
  sleep $pause
done

case $state in
  COMPLETED) echo success ;;
  PENDING | CONFIGURING | RUNNING | COMPLETING | SUSPENDED | STOPPED | STAGE_OUT | SIGNALING | \
    RESIZING | PREEMPTED | REQUEUED | REQUEUE_HOLD | REQUEUE_FED | SPECIAL_EXIT) echo running ;;
  *) echo failed ;;
esac
