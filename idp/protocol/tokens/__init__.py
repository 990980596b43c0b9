"""The tokens, each built from a Grant."""
