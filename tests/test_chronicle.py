"""The chronicle: one row, and a nameless one while there is none."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.factories import make_chronicle
from timeline.models import Chronicle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_there_is_at_most_one():
    first = make_chronicle()
    with pytest.raises(ValidationError):
        Chronicle(title="另一编年", city="杭州").full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_chronicle()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_chronicle(only=False)
    assert Chronicle.objects.get() == first


def test_the_current_one_is_the_one_there_is():
    chronicle = make_chronicle(title="宁波智慧城市编年")
    assert Chronicle.objects.current() == chronicle


def test_while_there_is_none_the_current_one_is_nameless_and_not_saved():
    current = Chronicle.objects.current()
    assert current.title
    assert (current.pk, current.city) == (None, "")
    assert not Chronicle.objects.exists()


def test_it_can_be_saved_again():
    chronicle = make_chronicle()
    chronicle.title = "新名"
    chronicle.full_clean()
    chronicle.save()
    assert Chronicle.objects.get().title == "新名"


def test_its_address_for_corrections_is_an_address():
    with pytest.raises(ValidationError) as refusal:
        Chronicle(title="编年", city="宁波", corrections_email="nobody").full_clean()
    assert list(refusal.value.message_dict) == ["corrections_email"]
