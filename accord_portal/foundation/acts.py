"""What every act has in common: it may refuse, and then it has written nothing."""


class NotPossible(Exception):
    """The act does not apply to the record as it stands; the message says why, in the reader's words."""


class ChangedMeanwhile(NotPossible):
    """Somebody else acted on the record first; the message says who did what, and when."""
