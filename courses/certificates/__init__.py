"""Certificates without a database: their numbers, what is signed, keys on disk, codes, the sheet of paper."""
