"""The demo: people who do not exist, at an identity provider that is real, in a year that could have been.

Promises that nothing here runs outside demo mode or is reachable from another machine, and that the demo enters the hub by the
doors that everybody uses: a real login, the ordinary actions, no switch that turns a lock off.
"""
