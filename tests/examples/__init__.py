"""The demo relying parties against a provider of the tests' own."""
