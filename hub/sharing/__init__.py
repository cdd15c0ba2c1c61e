"""Who may see what, and why: the vocabulary of facts, the policies, the legal floor and the one decision.

Promises that `decide` is the only place where a fact gets the shape in which it leaves a partner; that its five steps only
take away, so nobody has to know an order of precedence; that what is hidden does not speak; and that a policy file is read
strictly: an unknown word is an error with file and line, never ignored. Floor 0 (`facts` to `sentences`) knows no clock and
no database: `question` is what a decision is asked, `projection` what it answers. The folder `policies/` is read by four files:
`grammar` knows the keys, `foundations` the three files all policies stand on, `demands` what a policy must satisfy beyond its
grammar, `schemas` makes the book of it; `examples` plays the tests-as-sentences. The room never imports `cases`: it answers with
a projection, and what becomes of it is decided there.

`compiled` is the same decision with what repeats worked out beforehand; a property test holds it to `decide`, answer by answer.
"""
