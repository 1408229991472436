import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from luyue.apps.customers import keys, sealed
from luyue.apps.customers.actions import CustomerData, find_or_make
from luyue.apps.customers.models import Customer
from luyue.apps.customers.selectors import addresses_of, customers_by_email, customers_by_phone, masked_addresses_of

NOW = datetime(2026, 3, 4, 1, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("13812345678", "+8613812345678"),
        ("+8613812345678", "+8613812345678"),
        ("138123456789", "+86138123456789"),
        ("12812345678", "+8612812345678"),
        ("138 1234-5678", "+8613812345678"),
        ("+86 138 1234 5678", "+8613812345678"),
        ("0086 13812345678", "+8613812345678"),
        ("１３８１２３４５６７８", "+8613812345678"),
        ("010-65529988", "+861065529988"),
        ("+44 20 7946 0958", "+442079460958"),
        ("没有电话", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_phones_are_normalised(written, normal):
    assert sealed.normal_phone(written) == normal


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        (" Li@Example.com ", "li@example.com"),
        ("li@example.com,zhang@example.com", ""),
        ("li", ""),
        ("a b@example.com", ""),
        ("<a@b.cn>", ""),
    ],
)
def test_mail_addresses_are_normalised(written, normal):
    assert sealed.normal_email(written) == normal


def test_what_is_sealed_opens_again_and_never_looks_the_same_twice():
    one, two = sealed.seal("phone", "+8613812345678"), sealed.seal("phone", "+8613812345678")
    assert one != two
    assert b"138" not in one
    assert sealed.unseal("phone", one) == sealed.unseal("phone", memoryview(two)) == "+8613812345678"
    assert sealed.seal("phone", "") is None
    assert sealed.unseal("phone", None) == ""


def test_a_value_moved_to_another_column_or_changed_does_not_open():
    cipher = sealed.seal("phone", "+8613812345678")
    for wrong in (("email", cipher), ("phone", cipher[:-1] + bytes([cipher[-1] ^ 1]))):
        with pytest.raises(ValueError, match="does not open"):
            sealed.unseal(*wrong)


def test_the_key_file_is_made_once_and_is_its_owners_alone(settings):
    first = keys.key_for("phone index")
    path = Path(settings.DATA) / "keys"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    keys._derived.cache_clear()
    assert keys.key_for("phone index") == first
    assert keys.key_for("email index") != first
    path.write_text("short")
    keys._derived.cache_clear()
    with pytest.raises(ValueError, match="does not hold"):
        keys.key_for("phone index")


@pytest.mark.parametrize(("normal", "shown"), [("+8613812345678", "138****5678"), ("+442079460958", "****0958"), ("+861065529988", "****9988"), ("", "")])
def test_phones_are_shown_masked(normal, shown):
    assert sealed.masked_phone(normal) == shown


def test_names_and_mail_addresses_are_shown_masked():
    assert (sealed.masked_name("欧阳明"), sealed.masked_name(""), sealed.masked_email("li@example.com")) == ("欧**", "", "l***@example.com")


@pytest.mark.django_db
def test_a_customer_is_found_by_phone_then_by_mail_and_never_overwritten():
    first = find_or_make(CustomerData("individual", "李明", "138 1234 5678", "li@example.com"), NOW)
    assert find_or_make(CustomerData("individual", "别人", "+8613812345678"), NOW) == first
    assert find_or_make(CustomerData("individual", "李明", "13900000000", "LI@example.com"), NOW) == first
    assert find_or_make(CustomerData("company", "李明公司", "13812345678"), NOW) != first
    assert find_or_make(CustomerData("individual", "无名"), NOW) != find_or_make(CustomerData("individual", "无名"), NOW)
    assert Customer.objects.get(pk=first.pk).name == "李明"
    assert next(one.pk for one in customers_by_phone("138-1234-5678")) == first.pk
    assert customers_by_email("li@example.com") == [first]
    assert customers_by_phone("没有") == []
    assert addresses_of(Customer.objects.get(pk=first.pk)).phone == "+8613812345678"
    assert masked_addresses_of(first).phone == "138****5678"
    assert "13812345678" not in str(Customer.objects.filter(pk=first.pk).values().first())
