"""
Dates that must not pass unseen: terms of the law and of agreements, computed from a partner's own rows alone.

Promises to warn early and never to decide: a term is never lengthened for a weekend, and where a case tells only a week or a month, the
earliest possible last day is taken and said to be that. A term is kept here once it comes within sight. Case workers and coordinators say
that one was dealt with; everybody who reads cases may look. What has legal effect is for the partners' own lawyers.
"""
