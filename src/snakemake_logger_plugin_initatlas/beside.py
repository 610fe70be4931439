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
        event, told = getattr(record, "event", None), []
        if event is LogEvent.JOB_ERROR:
            told = [hindrance(path) or opened(tail(path)) for path in record.log]
        elif event is LogEvent.ERROR:
            told = [opened(record.getMessage())]
        for text in filter(None, told):
            self.stream.write(f"{text}\n")
            self.flush()


def stand(manager: object) -> None:
    """Tell remedies where nobody else does; `manager` is Snakemake's `LoggerManager`."""
    if not any(isinstance(handler, LogHandler) for handler in manager.plugin_handlers):
        manager.logger.addHandler(Beside(sys.stdout if manager.settings.stdout else sys.stderr))
