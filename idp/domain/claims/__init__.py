"""What is told of a person: the catalogue of scopes, single claims on request, and pseudonyms."""
