"""
Threads: what two partners still owe each other about one case, as letters of closed words.

Promises that a letter can hold no fact of a case: a word, a reason from a list, the name of a fact. Each side reads its own row, and the
state of a thread is the word of its last letter. A recall is the first kind: the giver asks whoever opened a row that went to remove what
it took, and gets a receipt. Referrals and questions use the same tables and rules. Stands left of the cases, which open recalls.
"""
