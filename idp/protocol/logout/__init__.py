"""The ways a relying party ends a session."""
