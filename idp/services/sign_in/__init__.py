"""The ways to prove who one is, one a file."""
