"""
Retention: how long a partner keeps its own cases, and what goes when that is over.

Promises that without a term nothing goes; that a case goes thirty days after it was announced at the earliest, and never while it is held;
that what was frozen or counted before stays as it is. A partner says its term itself, with the decision it stands on. Stands right of the
cases: these say what hangs on a case, this room says which case may go. Only the clerk deletes; pages show, hold and release.
"""
