"""Error rates in the terms of ISO/IEC 30107-3 and 19795, over a set of clips, stills and pairs."""
