"""What goes wrong with what a caller hands in, or with what the machine has."""


class LivenessError(Exception):
    """The base of every error that this library raises on purpose."""


class BadFrame(LivenessError):
    """The bytes are no usable camera frame; *reason* is a constant word such as `not_jpeg`."""

    def __init__(self, reason: str) -> None:
        """Keep the reason, never anything of the frame."""
        super().__init__(reason)
        self.reason = reason


class BadTime(LivenessError):
    """A time stamp is not a number, or lies before the frame that came last."""


class SessionOver(LivenessError):
    """The session has its decision, or as many frames as it may look at."""


class Busy(LivenessError):
    """Every seat in the pool is taken: ask again later, or offer another way."""


class SeatGone(LivenessError):
    """The pool knows no such session (any more): nothing came for too long, or its worker died."""


class TooMuch(LivenessError):
    """More was sent to the pool at once than it takes."""


class NotJudged(LivenessError):
    """The pool gave no answer; *reason* is `worker_died`, `too_slow`, `down` or `closed`. Try again later."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.reason = reason


class ModelMissing(LivenessError):
    """A model file is not there or is not the file it should be; *name* says which."""

    def __init__(self, name: str) -> None:
        """Keep the model's name."""
        super().__init__(f"The model {name} is missing: run “liveness models fetch”.")
        self.name = name

    def __reduce__(self) -> tuple[type["ModelMissing"], tuple[str]]:
        """Build it from the name again where it comes out of another process."""
        return type(self), (self.name,)


class PolicyWrong(LivenessError):
    """A policy file has an unknown rule, an unknown threshold or a value of the wrong kind."""
