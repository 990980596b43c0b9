"""The operators' log: JSON lines through structlog, personal data and secrets never in them."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Names whose values are never written, whoever logs them.
SECRET_NAMES = re.compile(
    r"password|secret|token|code|cookie|authorization|name|number|phone|document|hint|identifier|sql",
    re.IGNORECASE,
)
# Values that look like what must not be written: JWTs, document numbers, phone numbers.
SECRET_VALUES = re.compile(r"eyJ[\w.-]{10,}|\b\d{15,18}[\dXx]?\b|(?:\+86)?\b1\d{10}\b")
MASK = "[redacted]"
KEPT = frozenset({"logger_name", "level", "event", "timestamp", "exception_name"})


def redact(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask values by name and by look; a structlog processor."""
    del logger, method
    for key, value in event.items():
        if key not in KEPT and SECRET_NAMES.search(key):
            event[key] = MASK
        elif isinstance(value, str):
            event[key] = SECRET_VALUES.sub(MASK, value)
    return event


def set_up_logs(level: str) -> None:
    """Write one JSON line an event to standard error, libraries' warnings included."""
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redact,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    # Authlib's debug messages print whole tokens.
    logging.getLogger("authlib").setLevel(logging.INFO)


def describe_error(error: BaseException) -> dict[str, str]:
    """Return where *error* was raised and its type; its message may hold data, so it is left out."""
    trace = error.__traceback__
    where = "unknown"
    while trace:
        code = trace.tb_frame.f_code
        where = f"{code.co_filename.rpartition('idp/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return {"exception_name": type(error).__name__, "where": where}
