"""Pseudonyms: the codes under which partners speak of a case, and the keys under which a partner's own numbers are kept.

Promises that a code is random, made for one recipient, and says nothing to anybody else (`mint.py`); that a source reference is
found by a keyed hash and shown to its own partner only, and that narrative is sealed with a key of its own (`keys.py`, the only
file with ciphers, and the one file of its floor that reads a directory: the keys stand outside the database and its backups);
that free text with a number, an address or an account in it is not released (`rules.py`, sentences in `sentences.py`).
Not promised: that data are anonymous, or that a text is clean.
"""
