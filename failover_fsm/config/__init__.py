"""The configuration of a pair: ASA text in, frozen records and advice out, and back to text."""
