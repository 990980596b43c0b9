"""The endpoints that answer from tokens."""
