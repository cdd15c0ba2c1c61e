"""
The agenda of a consultation, as each organisation may have it: what may be said in which block, what is proposed and why, and why not.

Promises that an item about a case stands in a block only if all who sit there may know that case; that reasons, weights and order rest on
what all of the block may know and on declared deeds alone; and that removing everything an organisation may not see leaves its edition
equal, byte for byte.

Decided: givers place their own cases, in their own work; the database hands a line to who sits in its block and to nobody else.
"""
