"""Tests: architecture, unit, contract, protocol, web, e2e; what they share is in support."""
