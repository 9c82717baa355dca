"""Texts in which there is nothing to see."""

NOTHING_TO_SEE = [
    "",
    " \t\n\u00a0\u2003\u3000",
    "\u200b",  # zero width space
    "\u200c\u200d\u2060\ufeff",  # joiners
    "\u00ad",  # soft hyphen
    "\u3164",  # Hangul filler: a letter to Unicode
    "\uffa0\u115f\u1160",
    "\u2800",  # braille pattern blank: a symbol to Unicode
    "\U0001d159",  # musical symbol null notehead
    "\ufe0f\ufe00\U000e0100",  # variation selectors
    "\U000e0041\U000e007f",  # tags
    "\u202e\u2066\u200e\u200f\u061c",  # what turns text round
    "\u034f\u17b4\u180e",
    "\u0304\u0301",  # combining marks with nothing to combine with
    "\u0001\u0008\u009f",
    "\ufff9\ufffa\ufffb",
    "\u200b \u3164\u00ad \u2800",
]
