"""The rules of the authorization request, one a file, applied in the order of ``request.py``."""
