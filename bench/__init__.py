"""CPU time per operation, and how far that is from what the cryptography and the server alone cost."""
