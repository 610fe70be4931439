"""What does a person want to see of a run? One calm line, and what went wrong.

Chosen by `snakemake --logger initatlas`, as the default profile does. On a terminal the line stays
in place; elsewhere it is repeated now and then. Dry runs and --verbose get Snakemake's own output,
and a dry run with --logger-initatlas-explain one line for each reason why jobs would run.
"""

import logging
import shutil
import sys
import threading
import time
from dataclasses import dataclass, field

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent
from snakemake_interface_logger_plugins.settings import LogHandlerSettingsBase

from snakemake_logger_plugin_initatlas.logs import blames, tail
from snakemake_logger_plugin_initatlas.progress import Progress
from snakemake_logger_plugin_initatlas.reasons import Reasons
from snakemake_logger_plugin_initatlas.remedies import remedy

TICK = 1.0  # seconds between refreshes of the line on a terminal
PERIOD = 30.0  # seconds between lines elsewhere
RETRY = "Trying to restart job"  # what Snakemake says, with a number that tells nobody anything
AGAIN = "Trying again, with twice the memory and time where a job asks for them"
NEWS = ("Nothing to be done", "Unlocked")  # what is worth showing of plain messages
KNOWN = ("RuleException", "CalledProcessError")  # a job that failed: its log says more


@dataclass
class LogHandlerSettings(LogHandlerSettingsBase):
    """What may be asked of it on Snakemake's command line, as --logger-initatlas-…."""

    explain: bool = field(
        default=False,
        metadata={"help": "of a dry run, tell in a line each which jobs would run, and why"},
    )


class LogHandler(LogHandlerBase):
    """Turns Snakemake's log records into progress."""

    writes_to_stream = True
    writes_to_file = False
    has_formatter = False
    needs_rulegraph = False

    def __post_init__(self) -> None:
        """Start with nothing heard; the line's clock runs in a thread of its own."""
        common = self.common_settings
        explained = common.dryrun and self.settings is not None and self.settings.explain
        self.reasons = Reasons() if explained else None
        self.detailed = not explained and bool(
            common.dryrun or common.verbose or common.printshellcmds or common.debug_dag
        )
        self.stream = sys.stdout if common.stdout else sys.stderr
        self.live = self.stream.isatty()
        self.progress = Progress()
        self.names: dict[int, str] = {}
        self.ended = threading.Event()
        self.clock = threading.Thread(target=self._tick, daemon=True)

    @property
    def has_filter(self) -> bool:
        """Whether we look at every record, or leave the choice to Snakemake's own filter."""
        return not self.detailed

    def emit(self, record: logging.LogRecord) -> None:
        """Take in one record, and write what a person should know."""
        try:
            self._take(record)
        except Exception:  # the run goes on, whatever becomes of what is said of it
            self.handleError(record)

    def _take(self, record: logging.LogRecord) -> None:
        if self.detailed:
            text = self.format(record)
            if text and text != "None":
                self.stream.write(f"{text}\n")
                self.stream.flush()
            return
        event = getattr(record, "event", None)
        if self.reasons is not None and event is not LogEvent.ERROR:
            if event is LogEvent.JOB_INFO and record.output:  # the target makes nothing
                self.reasons.add(record.rule_name, record.wildcards or {}, record.reason)
        elif event in HANDLERS:
            HANDLERS[event](self, record)
        elif (waiting := getattr(record, "waiting", None)) is not None:
            self.progress.waiting = waiting  # in a cluster's queue; slurm/queue.py tells it
        elif record.getMessage().startswith(RETRY):
            self.say(AGAIN)
        elif record.levelno >= logging.WARNING or record.getMessage().startswith(NEWS):
            self.say(record.getMessage())

    def say(self, text: str) -> None:
        """Write text that stays, above the line."""
        self.stream.write(f"{self._erase()}{text}\n")
        self._show()

    def close(self) -> None:
        """Write how it ended."""
        if self.reasons is not None:
            self.stream.writelines(f"{line}\n" for line in self.reasons.lines())
            self.reasons = None
        if self.progress.started is not None and not self.ended.is_set():
            self.ended.set()
            self.stream.write(f"{self._erase()}{self.progress.line(time.time())}\n")
            self.stream.flush()
        super().close()

    def _tick(self) -> None:
        while not self.ended.wait(TICK if self.live else PERIOD):
            with self.lock:
                self._show(due=True)

    def _show(self, *, due: bool = False) -> None:
        if self.live and self.progress.started is not None:
            width = shutil.get_terminal_size().columns - 1
            self.stream.write(f"{self._erase()}{self.progress.line(time.time())[:width]}")
        elif due:
            self.stream.write(f"{self.progress.line(time.time())}\n")
        self.stream.flush()

    def _erase(self) -> str:
        return "\r\033[K" if self.live else ""

    def _plan(self, record: logging.LogRecord) -> None:
        self.progress.plan(record.stats, record.created)
        self.clock.start()
        self._show(due=True)

    def _resources(self, record: logging.LogRecord) -> None:
        self.progress.workers = getattr(record, "cores", self.progress.workers)
        if hasattr(record, "nodes"):  # a cluster's: as many as it gives us
            self.progress.workers = None

    def _start(self, record: logging.LogRecord) -> None:
        self.progress.start(record.jobid, record.rule_name, record.created)
        values = record.wildcards.items() if record.wildcards else ()
        words = [record.rule_name, *(f"{name}={value}" for name, value in values)]
        self.names[record.jobid] = " ".join(words)
        self._show()

    def _finish(self, record: logging.LogRecord) -> None:
        self.progress.finish(record.job_id, record.created)
        self._show()

    def _fail(self, record: logging.LogRecord) -> None:
        if not record.indent:  # those of a group are told of with it
            self._tell_failed(record.jobid, record.rule_name, record.log)

    def _fail_group(self, record: logging.LogRecord) -> None:
        """Of jobs that shared one of a cluster's, tell of those that failed, or what ended all."""
        jobs = record.job_error_info
        failed = [job for job in jobs if any(map(blames, job["log"]))]
        for job in jobs:
            end = self.progress.stop if failed else self.progress.fail
            end(job["jobid"])
        for job in failed:
            self._tell_failed(job["jobid"], job["rule_name"], job["log"])
        if not failed:
            names = [self.names.get(job["jobid"], job["rule_name"]) for job in jobs]
            together = f" and {len(names) - 1} that shared its job" if names[1:] else ""
            self.say("\n".join([f"FAILED {names[0]}{together}", *map(tail, record.aux_logs)]))

    def _tell_failed(self, job: int, rule: str, logs: list[str]) -> None:
        self.progress.fail(job)
        telling = next(([log] for log in logs if blames(log)), logs)  # its own, or a cluster's
        said = "\n".join(map(tail, telling))
        lines = (f"FAILED {self.names.get(job, rule)}", said, remedy(said))
        self.say("\n".join(filter(None, lines)))

    def _error(self, record: logging.LogRecord) -> None:
        self.reasons = None  # they are not all
        if getattr(record, "exception", None) not in KNOWN:
            said = record.getMessage()
            self.say(remedy(said) or said)


HANDLERS = {
    LogEvent.RUN_INFO: LogHandler._plan,
    LogEvent.RESOURCES_INFO: LogHandler._resources,
    LogEvent.JOB_INFO: LogHandler._start,
    LogEvent.JOB_FINISHED: LogHandler._finish,
    LogEvent.JOB_ERROR: LogHandler._fail,
    LogEvent.GROUP_ERROR: LogHandler._fail_group,
    LogEvent.ERROR: LogHandler._error,
    LogEvent.WORKFLOW_STARTED: lambda *_: None,
    LogEvent.JOB_STARTED: lambda *_: None,
    LogEvent.SHELLCMD: lambda *_: None,
    LogEvent.PROGRESS: lambda *_: None,
}
