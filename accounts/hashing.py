"""Argon2 for a few at a time: each hash takes a hundred megabytes, and a crowd at the door must not take them all."""

from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE = 4  # hashes of one process; the others wait for their turn
_turn = BoundedSemaphore(AT_ONCE)


class BoundedArgon2PasswordHasher(Argon2PasswordHasher):
    def encode(self, password, salt):
        with _turn:
            return super().encode(password, salt)

    def verify(self, password, encoded):
        with _turn:
            return super().verify(password, encoded)
