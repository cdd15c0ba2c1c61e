"""The partners of the chain consultation.

Promises one register: who takes part, of what kind, in which provinces, from when until when, and with which code mark.
Everybody may read it; only the operator writes it, by command. A partner that is not in it does not exist.
"""
