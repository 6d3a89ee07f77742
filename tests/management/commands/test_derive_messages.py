"""manage.py derive_messages: only translations are converted to traditional characters."""

from django.core.management import call_command

from timeline.management.commands.derive_messages import in_traditional


def test_only_translations_change_their_script():
    catalogue = (
        '# zh_Hans\nmsgid "发展"\nmsgstr "发展"\n\n"后台"\n\nmsgid ""\n"里"\nmsgstr ""\n"第1页\\n"\n"第2页"\n'
    )
    assert in_traditional(catalogue) == (
        '# zh_Hant\nmsgid "发展"\nmsgstr "發展"\n\n"后台"\n\nmsgid ""\n"里"\nmsgstr ""\n"第1頁\\n"\n"第2頁"\n'
    )


def test_the_catalogue_is_written_beside_the_one_that_it_derives_from(settings, tmp_path, capsys):
    settings.LOCALE_PATHS = [tmp_path]
    simplified, traditional = (
        tmp_path / name / "LC_MESSAGES" / "django.po" for name in ("zh_Hans", "zh_Hant")
    )
    simplified.parent.mkdir(parents=True)
    simplified.write_text('# zh_Hans\nmsgid "Edit"\nmsgstr "编辑"\n', encoding="utf-8")
    call_command("derive_messages")
    assert traditional.read_text(encoding="utf-8") == '# zh_Hant\nmsgid "Edit"\nmsgstr "編輯"\n'
    assert str(traditional) in capsys.readouterr().out
