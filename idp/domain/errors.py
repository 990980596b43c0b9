"""The two ways to say no across floors: the asker is told, or a neighbour is down."""


class Refusal(Exception):
    """The asker did something that is not allowed, and is told so.

    *error* is a wire code (RFC 6749 section 5.2 and its extensions); *description* one constant
    ASCII sentence that never repeats what was sent.
    """

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        """Keep the wire code, the sentence and the HTTP status."""
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status


class Unavailable(Exception):
    """A neighbour (database, ephemeral store) does not answer; trying again later may work."""


class Conflict(Exception):
    """Something with the same unique identifier exists already."""
