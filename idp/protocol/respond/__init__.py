"""How an authorization answer travels back to the relying party."""
