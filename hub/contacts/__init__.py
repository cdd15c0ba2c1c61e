"""
Two partners who speak to each other about one case: proposed, confirmed by both, made, and with a word each about what came of it.

Promises that neither side learns the other's answer or contact person before it may: an answer only after one's own, a person only once
both said yes, the other's word about the outcome only after one's own. The database keeps that promise, by a trigger that writes both rows;
this room never reads the other's row. Case workers and coordinators act, everybody who reads cases may look. What is said in a contact
stays outside the hub: it holds office data only, and forgets those when a contact comes to nothing, or 90 days after it ended.
"""
