"""Transactions that relying parties ask leave for: registered types, what is shown of one, and its hash.

Plain Python; the protocol reads requests by it, the pages show by it.
"""
