"""What every script does around its one call: a log, and errors in one line."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["logged_job"]


@contextmanager
def logged_job(log: str) -> Iterator[logging.Logger]:
    """Log to a file; end a failure with its one line on the terminal.

    The traceback goes to the log.
    """
    logger = logging.getLogger("flatminima")
    logger.setLevel(logging.INFO)
    handler = logging.FileHandler(log, mode="w")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logger.addHandler(handler)
    try:
        yield logger
        logger.info("done")
    except Exception as error:
        logger.exception("failed")
        print(f"{type(error).__name__}: {error} (log: {log})", file=sys.stderr)
        sys.exit(1)
