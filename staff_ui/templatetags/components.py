"""Small components of list rows, and helpers of the components in ``templates/cotton``.

Rows use tags in Python: a component in a template takes nearly three times as long (docs/adr/0040-components.md).
"""

from django import template
from django.forms import BoundField
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from choices.models import Person

register = template.Library()


@register.simple_tag
def person_link(person: Person) -> SafeString:
    """The name in list form, with its mark, linked to the person's page."""
    address = reverse("casework:person", args=[person.reference])
    return format_html('<a href="{}">{}</a>{}', address, person.listed_name, person_marks(person))


@register.simple_tag
def person_marks(person: Person) -> SafeString:
    """Marks: protected, or dead; nothing else."""
    if person.is_protected:
        return format_html(' <span class="badge badge--error">{}</span>', _("Skyddade personuppgifter"))
    if person.deceased_on:
        return format_html(' <span class="badge badge--default">{}</span>', _("Avliden"))
    return SafeString()


@register.filter
def box_class(field: BoundField) -> str:
    """The design system's class for the box around a field."""
    return {"select": "select-field", "textarea": "textarea-field"}.get(field.widget_type, "text-field")
