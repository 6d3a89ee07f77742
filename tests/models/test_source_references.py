"""References to sources: the order of their places follows every change of a locator; translations of quotations."""

import pytest
from django.core.exceptions import ValidationError

from tests import factories as make
from timeline.models import CITATIONS, Citation
from timeline.models.derived import StaleDerivedColumnError
from timeline.values.natural_order import natural_sort_key

pytestmark = pytest.mark.django_db


def test_the_order_of_a_place_is_that_of_its_locator_however_it_is_written():
    citation = make.make_citation(make.make_policy(), locator="¶9")
    assert Citation.objects.get().locator_order == natural_sort_key("¶9")
    citation.locator = "¶10"
    citation.save(update_fields=["locator"])
    assert Citation.objects.get().locator_order == natural_sort_key("¶10")
    Citation.objects.all().delete()
    citation.pk = None
    Citation.objects.bulk_create([citation])
    assert Citation.objects.get().locator_order == natural_sort_key("¶10")
    with pytest.raises(StaleDerivedColumnError):
        Citation.objects.update(locator="¶11")


@pytest.mark.parametrize("model", CITATIONS)
def test_a_translation_needs_its_quotation(model):
    with pytest.raises(ValidationError) as found:
        model(quotation_en="One grid").clean()
    assert list(found.value.message_dict) == ["quotation_en"]
    model(quotation="一张网", quotation_en="One grid").clean()
