"""
Invitations that calendars take as real meetings, answers by a link, and a calendar of one's own to subscribe to.

Promises that no word of a case stands in a mail or a calendar, that an invitation keeps its name (UID) through moves and cancellations, and
that a secret address shows no more than its owner's own meetings and can be revoked at once.
"""
