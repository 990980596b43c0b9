"""How clients prove who they are at the token endpoint.

Each method takes the look-up of clients and the request, as Authlib's registry calls them, and
returns the client it authenticated or None.
"""
