"""Dates and numbers beside te reo Māori: read day first and written in figures, as all over New Zealand.

Names of days and months wait for a licensed translator, so no format here uses them.
"""

from accord_portal.formats.en_NZ import formats as en_nz

DATE_FORMAT = SHORT_DATE_FORMAT = en_nz.SHORT_DATE_FORMAT
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "d/m/Y H:i"
TIME_FORMAT = "H:i"
YEAR_MONTH_FORMAT = "m/Y"
MONTH_DAY_FORMAT = "d/m"
FIRST_DAY_OF_WEEK = en_nz.FIRST_DAY_OF_WEEK
DATE_INPUT_FORMATS = en_nz.DATE_INPUT_FORMATS
TIME_INPUT_FORMATS = en_nz.TIME_INPUT_FORMATS
DATETIME_INPUT_FORMATS = en_nz.DATETIME_INPUT_FORMATS
DECIMAL_SEPARATOR = en_nz.DECIMAL_SEPARATOR
THOUSAND_SEPARATOR = en_nz.THOUSAND_SEPARATOR
NUMBER_GROUPING = en_nz.NUMBER_GROUPING
