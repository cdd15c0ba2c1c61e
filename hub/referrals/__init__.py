"""
Referrals: one case to one bureau because the reporter wants it, and what two partners tell each other about how that goes.

Promises that the bureau sees what the reporter agreed to and no more, that the giver always has a line that says where it stands, and
that how to reach the reporter never enters the hub: a receipt code, shown once and kept as a hash, brings the two together. The words of
a referral are letters in the room of threads; what the bureau may see is decided in the cases, under a policy of its own kind. Beside it
stands what a giver says of its own accord: this is about your case. Stands right of the cases, which it shares from.
"""
