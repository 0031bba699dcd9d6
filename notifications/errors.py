"""What a channel may answer beside success. Whatever else it raises is worth another try."""


class Refused(Exception):
    """The far end took it for wrong, and would again: an address that is none. The text is kept for operators."""
