"""What helps, told beside another output than ours: for who has chosen Snakemake's own."""

import logging
import sys

from snakemake_interface_logger_plugins.common import LogEvent

from snakemake_logger_plugin_initatlas import LogHandler
from snakemake_logger_plugin_initatlas.logs import hindrance, tail
from snakemake_logger_plugin_initatlas.remedies import opened


class Beside(logging.StreamHandler):
    """Writes remedies, and nothing else."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write what helps against the error that a record tells of."""
        try:
            for text in filter(None, remedies(record)):
                self.stream.write(f"{text}\n")
            self.flush()
        except Exception:  # the run goes on, whatever becomes of what is said of it
            self.handleError(record)


def remedies(record: logging.LogRecord) -> list[str]:
    """What helps against the error that a record tells of, one text for each file."""
    event = getattr(record, "event", None)
    if event is LogEvent.JOB_ERROR:
        return [hindrance(path) or opened(tail(path)) for path in record.log]
    return [opened(record.getMessage())] if event is LogEvent.ERROR else []


def stand(manager: object) -> None:
    """Tell remedies where nobody else does; `manager` is Snakemake's `LoggerManager`."""
    told = (*manager.plugin_handlers, *manager.logger.handlers)
    if not any(isinstance(handler, LogHandler | Beside) for handler in told):
        manager.logger.addHandler(Beside(sys.stdout if manager.settings.stdout else sys.stderr))
