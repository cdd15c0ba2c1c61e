"""How exports of partners become drafts: one mapping engine, bounded readers, one folder per partner."""
