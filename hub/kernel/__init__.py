"""The kernel: what every room stands on.

Promises one transaction of one actor at one moment (`database.py`), one watch (`clock.py`), one reading of the environment
(`settings.py`) and five ways to fail (`errors.py`). It knows nothing of discrimination, partners' cases or pages.
"""
