"""`python -m batch run NAME --date D`; also the entry file of spark-submit."""

from __future__ import annotations

from batch.commands.jobs import jobs

if __name__ == "__main__":
    jobs(prog_name="batch")
