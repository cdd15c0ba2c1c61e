"""
Decisions, commitments and agreed actions: who does what by when, what shows that it is done, and how often it was put off.

Promises that an action is closed by another organisation than its owner's, that nothing of its life is ever changed or lost, and that
nobody outside its block knows of it.
"""
