"""Cases: what partners bring in, what is given to whom, and what each receives.

Promises that a contribution leaves its giver only through `inbox.py`, as the projection that `sharing.decide` made; that
an import is whole or absent; that consent, hold-back and withdrawal work in the transaction in which they are recorded.
"""
