"""The layout in which hotel reservations were published (Antonio et al. 2019), brought to ours."""

from datetime import date, timedelta

COLUMNS = (
    *("arrival_date_year", "arrival_date_month", "arrival_date_day_of_month"),
    *("stays_in_weekend_nights", "stays_in_week_nights", "lead_time"),
    *("reservation_status", "reservation_status_date", "adr"),
)
ODD = "its arrival, nights or lead_time cannot be read"
_MONTHS = {
    name: number
    for number, name in enumerate(
        (
            *("January", "February", "March", "April", "May", "June"),
            *("July", "August", "September", "October", "November", "December"),
        ),
        1,
    )
}


def as_ours(number: int, cells: dict[str, str]) -> dict[str, str]:
    """Return a row's cells by our columns; there is no id, so the line is it.

    ValueError, with what stands there, if the dates cannot be told.
    """
    day, month, year, weekend, week, lead = told = (
        cells["arrival_date_day_of_month"],
        cells["arrival_date_month"],
        cells["arrival_date_year"],
        *(cells[name] for name in COLUMNS[3:6]),
    )
    try:
        arrival = date(int(year), _MONTHS[month], int(day))
        departure = arrival + timedelta(days=int(weekend) + int(week))
        booked_on = arrival - timedelta(days=int(lead))
    except (KeyError, ValueError, OverflowError):
        raise ValueError(", ".join(cell[:20] for cell in told)) from None
    return {
        "reservation_id": f"line {number}",
        "booked_on": str(booked_on),
        "arrival": str(arrival),
        "departure": str(departure),
        "status": cells["reservation_status"],
        "status_date": cells["reservation_status_date"],
        "adr": cells["adr"],
    }
