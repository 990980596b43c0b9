"""Signing: which algorithms exist here, and the keyring that signs and verifies with them."""
