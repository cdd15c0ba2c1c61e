"""Audit: what was done, by whom, when and why, in lines that nobody changes.

Promises that a deed and its line stand or fall together (`journal.py` writes in the deed's own transaction); that a line holds
keys, codes, counts, versions and names of fields and never what they say (`events.py` lists per event what it may carry,
`facts.py` how each is written); that a line once numbered cannot be changed, moved, added or dropped without showing
(`merkle.py` and `seal.py`: a signed checkpoint over a tree of hashes, as C2SP describes it). A partner reads its own lines only.
`rules.py` holds the checks by which anybody with the lines and a remembered checkpoint finds tampering.
"""
