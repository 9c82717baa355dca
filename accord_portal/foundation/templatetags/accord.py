"""What every template may use: days in words."""

from django import template

from accord_portal.foundation import dates

register = template.Library()
register.filter("day", dates.day_in_words)
register.filter("weekday", dates.weekday_in_words)
register.filter("instant", dates.instant_in_words)
