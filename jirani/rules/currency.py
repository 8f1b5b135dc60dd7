"""How many decimals the amounts of a currency have, by ISO 4217."""

# Where they are not two; babel's own table follows usage instead (it gives the Somali shilling
# none and the Iraqi dinar none).
_NONE = {
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"),
    *("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
}
_THREE = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}


def minor_digits(currency: str) -> int:
    """Tell how many decimals a currency's amounts have."""
    return 0 if currency in _NONE else 3 if currency in _THREE else 2
