"""
The bodies of the chain consultation: who belongs to them, the plan of a year with its reasons, and each meeting from planned to closed.

Promises that a plan obeys every hard rule and that no cheaper one exists (with a certificate that another program checks), that every
refused day has its reason, and that a settled meeting changes only by a deed that says why.

Decided: a row that concerns several partners has one writer; the database copies it to its readers (migration 0016), so nobody reads
another's rows and nobody changes a copy. A block of time is known to who sits in it.
"""
