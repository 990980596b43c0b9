"""The grants of the token endpoint, registered with the engine; each answers with a token set."""
