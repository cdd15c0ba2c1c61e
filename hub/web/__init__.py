"""The web shell: the one door, the one table of who may enter, the one place where an error becomes an answer.

Promises that a route that is not in `entry.py` is shut, that every answer carries the same strict headers, that every page
works without scripts, and that a template shows dumped values only: a name that does not exist is an error, not a blank.
"""
