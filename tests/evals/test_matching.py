from decimal import Decimal

from evals.matching import alike, told, unmatched


def test_names_are_compared_without_case_and_amounts_by_value() -> None:
    assert alike("manicure", "Manicure")
    assert alike(1500, Decimal("1500.00"))
    assert alike(12.5, Decimal("12.50"))
    assert not alike(1500, Decimal("1500.50"))
    assert alike(["Pedicure", "manicure"], ["Manicure", "Pedicure"])
    assert alike(1500, "1500.00"), "as a file keeps it"
    assert not alike(1, True)
    assert not alike("Amina", None)


def test_rows_are_paired_so_that_as_many_as_possible_fit() -> None:
    loose, strict = {"status": "confirmed"}, {"status": "confirmed", "service": "Manicure"}
    manicure = {"status": "confirmed", "service": "Manicure"}
    pedicure = {"status": "confirmed", "service": "Pedicure"}
    assert unmatched([loose, strict], [manicure, pedicure]) == ([], [])


def test_what_is_missing_and_what_is_too_much_are_both_told() -> None:
    missing, extra = unmatched([{"service": "Facial"}], [{"service": "Haircut"}])
    assert (missing, extra) == ([{"service": "Facial"}], [{"service": "Haircut"}])


def test_a_row_is_written_on_one_line() -> None:
    row = {"amount": Decimal("2700"), "items": ["Manicure", "Pedicure"], "method": None}
    assert told(row) == "amount 2700, items Manicure + Pedicure, method nothing"
