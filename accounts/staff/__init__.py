"""How staff come into the admin: password, then the second factor, both slowed down for whoever guesses."""
