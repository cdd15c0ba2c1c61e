"""
In the room and afterwards: who is present, what is on the screen, notes per item, and the minutes that are adopted next time.

Promises that the screen shows only what everybody present may know, at once narrower when somebody joins; that two note-takers lose nothing
of each other's words; and that adopted minutes never change.
"""
