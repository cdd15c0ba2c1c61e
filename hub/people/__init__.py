"""The people who log in, and the only way in.

Promises that nobody works here without a login at an identity provider that our own register binds to a partner; that partner
and roles come from our account table and never from a token; that a session can end at any moment (logout, logout at the
provider, half an hour of silence, eight hours, an account that is switched off) and is over with the next request.

Decided: the code flow with PKCE through Authlib's session, and the token judged by ourselves (`rules.py`) after joserfc has
checked its signature, since Authlib's own judgement lets eight of the attacks of our list pass. Two works per login, so that
no transaction waits for somebody else's server. `words.py` stands beside `rules.py` because both would pass 300 lines.
"""
