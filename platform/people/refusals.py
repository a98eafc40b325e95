"""What every refusal of people's deeds has in common."""


class Refused(Exception):
    """A deed was not done; the text says why to a person, `code` to a program."""

    code = "refused"
