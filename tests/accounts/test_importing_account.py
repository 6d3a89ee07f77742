import pytest

from timeline.accounts.importing_account import IMPORTER, find_importing_account, importing_account

pytestmark = pytest.mark.django_db


def test_the_account_is_created_once_and_nobody_can_log_in_with_it():
    assert find_importing_account().pk is None
    account = importing_account()
    assert (account.get_username(), account.is_active, account.has_usable_password()) == (
        IMPORTER,
        False,
        False,
    )
    assert importing_account() == find_importing_account() == account
