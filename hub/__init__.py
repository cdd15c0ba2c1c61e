"""Schakel: the data-sharing hub of the chain consultation on discrimination in the north of the Netherlands."""
