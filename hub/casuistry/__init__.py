"""The monthly casuistry collection: gathered by itself, frozen, delivered as an edition of its own per recipient, and followed up.

Promises that an edition holds nothing but its recipient's own inbox rows and own cases, as they stood at one moment; that a frozen
edition never changes, late news comes as a numbered addendum, and a recall empties what was copied; and that nobody learns from a
collection who else holds what.

Decided: the values of a case are copied once per change (`collected`), and every edition that shows the case in that form refers to
the copy, so that delicate facts stand in one place and an edition of many unchanged cases is small. An edition is made in one
statement, so that it sees one moment.
"""
