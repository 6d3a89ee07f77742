"""The messages after undoing an import."""

from timeline.exchange.importing.undo_result import UndoResult


def test_the_first_that_were_left_alone_are_named_and_the_others_counted():
    result = UndoResult(removed=1, skipped=[(f"记录{number}", "改过。") for number in range(130)])
    _summary, *lines, more, _how = result.messages()
    assert (len(lines), "记录99" in lines[-1], "30" in more) == (100, True, True)


def test_numbers_are_told_and_what_was_left_alone_can_be_undone_later():
    summary, left, how = UndoResult(removed=1, restored=2, skipped=[("记录", "改过。")]).messages()
    assert "1" in summary
    assert "记录" in left
    assert how


def test_of_an_import_that_stands_as_it_did_only_the_reasons_are_told():
    messages = UndoResult(skipped=[("记录", "改过。")]).messages()
    assert len(messages) == 2
    assert "记录" in messages[1]
