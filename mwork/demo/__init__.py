"""`make demo`: the story of one casting over HTTP, with every answer checked.

An employer publishes, a model finds and answers, the employer decides, the two talk, she pays. Needs a running server;
exits 0 when all was as the contract says, 1 otherwise.
"""
