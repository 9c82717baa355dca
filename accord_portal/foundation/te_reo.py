"""Te reo Māori that stands on our pages and in our mail: each phrase, and where it comes from.

Nothing in te reo is shown that does not stand here or was written by the person or organisation whose name
or words it is.
"""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

NAME = "The name of the Accord, as it was signed on 1 August 2011"
TREATY = "The first principle of the Accord, in its exact words"
PHRASES = "The Accord's list of phrases that may be used as they stand"
AGENCIES_OF_2011 = "The Accord's table of the champion agencies of 2011"

SOURCES = {
    "Kia Tūtahi": NAME,
    "Te Tiriti o Waitangi": TREATY,
    "Whakapā mai": PHRASES,
    "Nau mai, haere mai": PHRASES,
    "Ngā mātāpono": PHRASES,
    "Tēnā koe": PHRASES,
    "Ngā mihi": PHRASES,
    "Te kaupapa matua": PHRASES,
    "Te horopaki": PHRASES,
    "Te whakapapa": PHRASES,
    "Rā whakamana": PHRASES,
    "Te Manatū Whakahiato Ora": AGENCIES_OF_2011,
    "Manatū Hauora": AGENCIES_OF_2011,
    "Te Manatū mō ngā Iwi o te Moana-nui-a-Kiwa": AGENCIES_OF_2011,
    "Te Tari Taiwhenua": AGENCIES_OF_2011,
    "Ihi Aotearoa": AGENCIES_OF_2011,
    "Te Kaporeihana Āwhina Hunga Whara": AGENCIES_OF_2011,
    "Te Puni Kōkiri": AGENCIES_OF_2011,
}
FOUND = re.compile("|".join(sorted(map(re.escape, SOURCES), key=len, reverse=True)))


def marked(text: object) -> SafeString:
    """The text as HTML with its te reo phrases marked: a screen reader says them in that language."""
    spans = FOUND.sub(lambda phrase: f'<span lang="mi">{phrase[0]}</span>', escape(str(text)))
    return mark_safe(spans)  # noqa: S308 - escaped in the line above
