"""How many decimals a currency has (ISO 4217), so that an amount becomes whole minor units."""

_CODES_BY_DECIMALS = {
    0: """BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF""",
    2: """AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
        CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL
        HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR
        MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK
        SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD
        XCG YER ZAR ZMW ZWG""",
    3: """BHD IQD JOD KWD LYD OMR TND""",
    4: """CLF UYW""",
}
# Gone since 2005, but old orders carry them.
_CODES_OF_THE_PAST = {
    0: """BYR ROL TRL""",
    2: """CUC CYP EEK GHC HRK LTL LVL MRO MTL SDD SIT SKK SLL STD TMM VEB VEF ZMK ZWD ZWL""",
}

DECIMALS: dict[str, int] = {
    code: decimals
    for table in (_CODES_BY_DECIMALS, _CODES_OF_THE_PAST)
    for decimals, codes in table.items()
    for code in codes.split()
}


def to_text(amount_minor: int, currency: str) -> str:
    """Write an amount with its currency's decimals: 1234567 USD becomes 12,345.67."""
    decimals = DECIMALS[currency]
    whole, rest = divmod(abs(amount_minor), 10**decimals)
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{whole:,}" + (f".{rest:0{decimals}d}" if decimals else "")
