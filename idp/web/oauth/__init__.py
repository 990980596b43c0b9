"""The protocol's endpoints over HTTP."""
