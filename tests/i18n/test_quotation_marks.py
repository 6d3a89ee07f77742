"""Titles and words in quotation marks: the marks of each language, others within them."""

import pytest
from django.utils import translation

from timeline.i18n.quotation_marks import quoted_title


@pytest.mark.parametrize(
    ("language", "title", "named"),
    [
        ("zh-hans", "日报", "《日报》"),
        ("zh-hans", "关于印发《办法（暂行）》的通知", "《关于印发〈办法（暂行）〉的通知》"),
        ("zh-hans", "〔无题名网络文章〕", "〔无题名网络文章〕"),
        ("en", "Report on “smart” cities", "“Report on ‘smart’ cities”"),
    ],
)
def test_a_document_is_named_as_its_language_names_documents(language, title, named):
    with translation.override(language):
        assert quoted_title(title) == named
