"""URL fields: which addresses are accepted, cleaned or refused."""

import pytest
from django import forms
from django.core.exceptions import ValidationError

from timeline.models import Source
from timeline.models.fields import WebAddressField

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.mark.parametrize(
    "address",
    ["http://example.org", "https://example.org/a?b=1#c", "https://例子.中国/路径", "HTTPS://EXAMPLE.ORG"],
)
def test_a_web_address_is_accepted(address):
    assert WebAddressField().clean(address, None) == address


@pytest.mark.parametrize(
    "address",
    [
        *(
            "javascript:alert(1)",
            "JAVASCRIPT://example.org/%0aalert(1)",
            "ftp://example.org",
            "data:text/html,x",
            "example.org",
        ),
        *(
            "//example.org",
            "mailto:a@example.org",
            "https://",
            "https://a b",
            "https://example.org/\na",
            "https://example\u00a0.org",
            "file:///etc/passwd",
        ),
    ],
)
def test_what_is_no_web_address_is_refused(address):
    with pytest.raises(ValidationError):
        WebAddressField().clean(address, None)


@pytest.mark.parametrize("address", ["\ufeffhttps://example.org/\u200b", " https://example.org/\n"])
def test_a_web_address_is_cleaned(address):
    assert WebAddressField().clean(address, None) == "https://example.org/"
    form = SourceForm({"title": "解读", "url": address})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["url"] == "https://example.org/"


class SourceForm(forms.ModelForm):
    class Meta:
        model = Source
        fields = ["title", "url"]


def test_a_form_takes_an_address_without_its_scheme_as_https():
    filled = SourceForm({"title": "解读", "url": "example.org/a"})
    assert filled.is_valid()
    assert filled.cleaned_data["url"] == "https://example.org/a"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://example.org/a"])
def test_a_form_refuses_what_is_no_web_address(address):
    assert "url" in SourceForm({"title": "解读", "url": address}).errors
