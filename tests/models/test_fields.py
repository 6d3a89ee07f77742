"""Model fields: values in the database and in forms, and text that is cleaned or refused."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from tests.factories import make_citation, make_milestone, make_policy
from timeline.models import Citation, Milestone, Phase, Policy, Source
from timeline.models.fields import (
    MAX_PROSE_LENGTH,
    AliasesField,
    DocumentNumberField,
    LineField,
    PartialDateField,
    ProseField,
)
from timeline.values.document_numbers import DocumentNumber
from timeline.values.partial_date import MAX_WORDS, PartialDate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
DATES = [
    "2013",
    "2013-01",
    "2016-09-26",
    "2016-33",
    "2011/2015",
    "2021/..",
    "2021/",
    "2012~",
    "2014?",
    "2013-01-28~/2013-09-30~",
    "2015（2015年底）",
    f"2013-01-28~/2013-09-30~（{'末' * MAX_WORDS}）",
]


@pytest.mark.parametrize("text", DATES)
def test_a_date_comes_back_from_the_database_as_it_went_in(text):
    make_milestone(date=PartialDate.parse(text))
    assert Milestone.objects.get().date == PartialDate.parse(text)
    assert Milestone.objects.values_list("date", flat=True).get() == PartialDate.parse(text)


def test_a_document_number_comes_back_from_the_database_as_it_went_in():
    make_policy(document_number="甬党[2010]014号")
    assert Policy.objects.get().document_number == DocumentNumber("甬党", 2010, 14)


def test_the_column_holds_canonical_text():
    make_policy(date="2013年1月", document_number="甬党[2010]014号")
    with connection.cursor() as cursor:
        cursor.execute("SELECT date FROM timeline_entry")
        assert cursor.fetchone() == ("2013-01",)
        cursor.execute("SELECT document_number FROM timeline_policy")
        assert cursor.fetchone() == ("甬党〔2010〕14号",)


@pytest.mark.parametrize(
    "text", ["甬政发〔2013〕7—8号", "主席令第十二号", "宁波市人民政府令第200号", "Ordinance No. 12 of 2019"]
)
def test_every_kind_of_document_number_comes_back_from_the_database(text):
    make_policy(document_number=text)
    assert Policy.objects.get().document_number == DocumentNumber.parse(text)
    assert Policy.objects.filter(document_number=text).exists()


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_value_is_null(empty):
    make_policy(date=empty, document_number=empty)
    policy = Policy.objects.get(date__isnull=True, document_number__isnull=True)
    assert (policy.date, policy.document_number) == (None, None)


def test_a_column_that_is_not_blank_is_not_null():
    with pytest.raises(IntegrityError), transaction.atomic():
        Phase.objects.create(
            slug="a", title="甲", period=None, sort_earliest="2011-01-01", sort_latest="2011-01-02"
        )


@pytest.mark.parametrize("value", ["2013-01", "2013年1月", PartialDate.parse("2013-01")])
def test_rows_are_filtered_by_a_value_however_it_is_written(value):
    found = make_milestone(date="2013-01")
    make_milestone(date="2013")
    make_milestone()
    assert Milestone.objects.filter(date=value).get() == found
    assert Milestone.objects.filter(date__in=[value]).get() == found
    assert Milestone.objects.exclude(date=value).filter(date__isnull=False).count() == 1
    assert Milestone.objects.filter(date=None).count() == 1


def test_rows_are_filtered_by_a_document_number():
    found = make_policy(document_number="甬党〔2010〕14号")
    make_policy(document_number="甬党〔2010〕15号")
    assert Policy.objects.filter(document_number="甬党[2010]14号").get() == found


def test_a_value_that_is_none_is_not_written():
    with pytest.raises(ValueError, match="soon"), transaction.atomic():
        make_citation(make_milestone(), date="soon")
    assert not Citation.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (PartialDateField(), "soon", "“soon” is not a date."),
        (PartialDateField(), "2013-13", "There is no month 13;"),
        (PartialDateField(), "50%", "“50%” is not a date."),
        (DocumentNumberField(), "无", "“无” stands for no document number."),
        (DocumentNumberField(), "通知", "“通知” is not a document number."),
    ],
)
def test_an_invalid_value_is_refused_with_what_would_be_right(field, value, words):
    with pytest.raises(ValidationError) as refusal:
        field.clean(value, None)
    assert refusal.value.messages[0].startswith(words)


@pytest.mark.parametrize("field", [PartialDateField(), DocumentNumberField()])
def test_a_field_that_is_not_blank_asks_for_a_value(field):
    for empty in (None, ""):
        with pytest.raises(ValidationError):
            field.clean(empty, None)


@pytest.mark.parametrize(
    "field", [PartialDateField("date", blank=True), DocumentNumberField(), PartialDateField()]
)
def test_a_field_is_made_again_from_what_a_migration_says_of_it(field):
    field.set_attributes_from_name("column")
    _name, path, args, kwargs = field.deconstruct()
    again = type(field)(*args, **kwargs)
    assert path == f"timeline.models.fields.{type(field).__name__}"
    assert (again.blank, again.null, again.max_length) == (field.blank, field.null, field.max_length)
    assert again.null is field.blank


class PolicyForm(forms.ModelForm):
    class Meta:
        model = Policy
        fields = ["title", "document_type", "date", "document_number"]


def form(instance=None, **data):
    return PolicyForm({"title": "规划", "document_type": "plan"} | data, instance=instance)


def test_a_form_cleans_what_is_typed_to_values():
    filled = form(date=" 2013年1月 ", document_number="甬党[2010]14号")
    assert filled.is_valid(), filled.errors
    assert filled.cleaned_data["date"] == PartialDate.parse("2013-01")
    assert filled.cleaned_data["document_number"] == DocumentNumber("甬党", 2010, 14)
    filled.save()
    assert str(Policy.objects.get().date) == "2013-01"


def test_a_form_cleans_blank_to_none():
    filled = form(date="  ", document_number="")
    assert filled.is_valid()
    assert (filled.cleaned_data["date"], filled.cleaned_data["document_number"]) == (None, None)


def test_a_form_empties_a_value():
    policy = make_policy(date="2013", document_number="甬党〔2010〕14号")
    form(instance=policy, date="", document_number="").save()
    policy.refresh_from_db()
    assert (policy.date, policy.document_number) == (None, None)


def test_a_form_shows_the_canonical_text_of_what_is_there():
    policy = make_policy(date="2013年1月", document_number="甬党[2010]14号")
    policy.refresh_from_db()
    shown = PolicyForm(instance=policy)
    assert 'value="2013-01"' in str(shown["date"])
    assert 'value="甬党〔2010〕14号"' in str(shown["document_number"])
    assert "value=" not in str(PolicyForm()["date"])


def test_a_form_keeps_the_words_of_a_source_and_shows_them_again():
    filled = form(date="2015年底")
    assert filled.is_valid(), filled.errors
    policy = filled.save()
    policy.refresh_from_db()
    assert (policy.date.edtf, policy.date.words) == ("2015", "2015年底")
    assert 'value="2015（2015年底）"' in str(PolicyForm(instance=policy)["date"])
    assert "date" not in form(instance=policy, date="2015（2015年底）").changed_data
    assert "date" not in form(instance=policy, date="2015年底").changed_data
    assert "date" in form(instance=policy, date="2015").changed_data


@pytest.mark.parametrize("typed", ["2013-13", "soon", "2013年1月"])
def test_a_form_shows_typed_text_again(typed):
    shown = form(date=typed, title="")
    assert not shown.is_valid()
    assert f'value="{typed}"' in str(shown["date"])


def test_a_form_refuses_what_is_no_value_at_its_field():
    filled = form(date="2016-02-30", document_number="14号")
    assert set(filled.errors) == {"date", "document_number"}
    assert "There is no day 30 in 2016-02" in filled.errors["date"][0]


@pytest.mark.parametrize(
    ("initial", "typed", "changed"),
    [
        ("2013-01", "2013-01", False),
        ("2013-01", " 2013-01 ", False),
        ("2013-01", "2013年1月", False),
        ("2013-01", "2013", True),
        ("2013-01", "", True),
        ("2013-01", "soon", True),
        (None, "", False),
        (None, " ", False),
        (None, None, False),
        (None, "2013", True),
    ],
)
def test_a_form_field_has_changed_only_where_the_value_has(initial, typed, changed):
    field = Policy._meta.get_field("date").formfield()
    value = initial and PartialDate.parse(initial)
    assert field.has_changed(value, typed) is changed
    assert field.has_changed(initial, typed) is changed


def test_a_form_that_is_sent_back_as_it_was_has_not_changed():
    policy = make_policy(title="规划", date="2013", document_number="甬党〔2010〕14号")
    policy.refresh_from_db()
    assert form(instance=policy, date="2013", document_number="甬党〔2010〕14号").changed_data == []
    assert form(instance=policy, date="2014", document_number="").changed_data == ["date", "document_number"]


@pytest.mark.parametrize(
    ("given", "kept"), [("  甲 ", "甲"), ("甲　", "甲"), ("\n甲\r\n", "甲"), ("甲  乙", "甲  乙"), (5, "5")]
)
def test_a_line_is_trimmed(given, kept):
    assert LineField().clean(given, None) == kept


@pytest.mark.parametrize(
    "text",
    ["甲\n乙", "甲\r乙", "甲\r\n乙", "甲\t乙", "甲\u2028乙", "甲\u2029乙", "甲\u0085乙", "甲\v乙", "甲\f乙"],
)
def test_line_ends_and_tabs_in_a_line_become_a_blank(text):
    assert LineField().clean(text, None) == "甲 乙"


@pytest.mark.parametrize(
    "typed", ["工信部；MIIT", "工信部; MIIT；工信部", "工信部\r\nMIIT\r\n", " ；工信部；；MIIT；"]
)
def test_names_are_kept_in_one_line_each_once(typed):
    field = AliasesField(max_length=11)
    field.set_attributes_from_name("aliases")
    assert field.clean(typed, None) == field.formfield().clean(typed) == "工信部；MIIT"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("一\r\n二\r三\n四", "一\n二\n三\n四"),
        ("\n  一\n\n", "一"),
        ("一\t二", "一\t二"),
        ("一\n\n\n二", "一\n\n\n二"),
        ("宁波😀𠮷", "宁波😀𠮷"),
    ],
)
def test_newlines_of_prose_are_normalised_and_its_ends_trimmed(given, kept):
    assert ProseField().clean(given, None) == kept


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("一\0", "U+0000", 2),
        ("一二\x07三", "U+0007", 3),
        ("\x1b[31m", "U+001B", 1),
        ("一\x7f", "U+007F", 2),
        ("一\x9f", "U+009F", 2),
        ("一\ud800", "U+D800", 2),
        ("\udfff一", "U+DFFF", 1),
        ("一\ufffe", "U+FFFE", 2),
        ("一\uffff", "U+FFFF", 2),
    ],
)
@pytest.mark.parametrize("field", [LineField(), ProseField()], ids=["line", "prose"])
def test_a_character_that_cannot_be_printed_is_named_with_its_position(field, text, code, position):
    with pytest.raises(ValidationError) as refusal:
        field.clean(text, None)
    assert f"Character {code} at position {position} " in refusal.value.messages[0]


@pytest.mark.parametrize("field", [LineField(), ProseField()], ids=["line", "prose"])
def test_text_of_blank_space_is_no_text(field):
    with pytest.raises(ValidationError):
        field.clean(" \n　", None)


def test_a_blank_line_is_kept_empty():
    milestone = Milestone(title="启动", title_en="  ", summary=" \r\n ")
    milestone.full_clean()
    assert (milestone.title_en, milestone.summary) == ("", "")


@pytest.mark.parametrize("field", [LineField(), ProseField()], ids=["line", "prose"])
def test_damaged_text_is_refused_with_its_position(field):
    with pytest.raises(ValidationError) as refusal:
        field.clean("宁\u200b波\ufffd市", None)
    assert refusal.value.messages == [
        "The character at position 3 is \ufffd: the text was damaged when it was read or copied. "
        "Type what stands there in the original."
    ]


@pytest.mark.parametrize("field", [LineField(), ProseField()], ids=["line", "prose"])
def test_html_is_refused_with_its_first_tag_and_position(field):
    with pytest.raises(ValidationError) as refusal:
        field.clean("规划<p class=MsoNormal>第一条</p>", None)
    assert refusal.value.messages == [
        "HTML is not understood here: <p class=MsoNormal> at position 3. Paste the text without formatting; where "
        "Markdown is understood, format with it."
    ]


def test_a_text_has_a_greatest_length():
    assert len(ProseField().clean("宁" * MAX_PROSE_LENGTH, None)) == MAX_PROSE_LENGTH
    with pytest.raises(ValidationError) as refusal:
        ProseField().clean("宁" * (MAX_PROSE_LENGTH + 1), None)
    assert refusal.value.messages == ["The text has 200,001 characters; it may have 200,000 at most."]


@pytest.mark.parametrize("title", ["\u200b", "\u3000\u2060", "\u3164", "\u2800", "\u0301", "\ufe0f"])
def test_a_title_without_visible_characters_is_refused(title):
    assert form(title=title).errors == {"title": ["This field is required."]}
    with pytest.raises(ValidationError) as refusal:
        Milestone(title=title).full_clean()
    assert refusal.value.message_dict["title"] == ["This field cannot be blank."]


def test_a_form_cleans_text_before_it_counts_its_characters():
    filled = form(title="\ufeff" + "宁\u200b" * 300)
    assert filled.is_valid(), filled.errors
    assert filled.cleaned_data["title"] == "宁" * 300


def test_a_form_cleans_a_slug():
    class SlugForm(forms.ModelForm):
        class Meta:
            model = Source
            fields = ["title", "slug"]

    filled = SlugForm({"title": "解读", "slug": "\ufeffplan-2015\u200b "})
    assert filled.is_valid(), filled.errors
    assert filled.cleaned_data["slug"] == "plan-2015"
    assert "slug" in SlugForm({"title": "解读", "slug": "规划"}).errors


@pytest.mark.parametrize("typed", ["２０１３年１月", "2013年\u200b1月\ufeff", "\u202d2013-01\u202c"])
def test_a_date_is_understood_by_its_visible_characters(typed):
    filled = form(date=typed, document_number="甬党\u200b〔２０１０〕14号\ufeff")
    assert filled.is_valid(), filled.errors
    assert str(filled.cleaned_data["date"]) == "2013-01"
    assert str(filled.cleaned_data["document_number"]) == "甬党〔2010〕14号"


def test_a_date_of_invisible_characters_is_no_date():
    assert form(date="\u200b").is_valid()
    assert PartialDateField(blank=True).clean("\ufeff", None) is None
    assert not Policy.objects.filter(date="\u200b").exists()


def test_half_a_surrogate_pair_is_refused_and_nothing_fails():
    with pytest.raises(ValidationError) as refusal:
        Milestone(title="宁\ud800", body="波\udfff", slug="launch").full_clean()
    assert refusal.value.message_dict == {
        "title": ["Character U+D800 at position 2 cannot be printed; take it out."],
        "body": ["Character U+DFFF at position 2 cannot be printed; take it out."],
    }
