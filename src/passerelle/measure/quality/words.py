"""The words of the quality report: what each code is called, and what to do about it."""

from __future__ import annotations

from types import MappingProxyType

from passerelle.identifiers import REFUSALS
from passerelle.kernel.language import N_, _
from passerelle.measure.quality.quality_report import ColumnQuality, QualityReport
from passerelle.pages import number, readable, share
from passerelle.postal import REASONS as ADDRESS_REASONS

_FINDINGS = MappingProxyType(
    {
        "placeholder": N_("stands for no value, or is a test"),
        "no_letter": N_("holds no letter"),
        "unknown_title": N_("no title that is known"),
        "unknown_gender": N_("no gender that is known"),
        "default_date": N_("a date that software fills in"),
        "bad_date": N_("is no date"),
        "impossible": N_("a day that does not exist"),
        "incomplete": N_("the day or the month is missing"),
        "future": N_("lies in the future"),
        "too_old": N_("before 1900"),
        "ambiguous": N_("can be read in two ways"),
        "inner_blank": N_("holds a blank"),
        "invalid_domain": N_("the domain can receive no mail"),
        "invalid_local_part": N_("not allowed before the @"),
        "invalid_number": N_("no operator gave out this number"),
        "invalid_syntax": N_("not written as its kind is"),
        "no_at_sign": N_("no @"),
        "precision_lost": N_("rounded by a spreadsheet"),
        "several_at_signs": N_("several @"),
        "short_number": N_("a short number, nobody's own"),
        "too_long": N_("too long"),
        "wrong_length": N_("wrong number of digits"),
        "no_department": N_("no department begins so"),
        "digit_in_name": N_("a digit or a sign in a name"),
        "one_letter": N_("one letter only"),
        "all_upper": N_("all in capitals"),
        "all_lower": N_("no capital"),
        "title_in_name": N_("a title within the name"),
        "lost_letters": N_("letters lost for good"),
        "encoding": N_("garbled accents, which can be restored"),
        "role": N_("a function's mailbox"),
        "disposable": N_("a throw-away mailbox"),
        "several_values": N_("several values in one cell"),
        "hashed": N_("hashed: of use to advertising platforms only"),
        "email_domain": N_("the domain is probably mistyped"),
        "email_writing": N_("a slip of the keyboard, which can be mended"),
        "email_elsewhere": N_("an e-mail address among the phones"),
        "phone_elsewhere": N_("a phone number among the e-mails"),
        "premium": N_("a service number (08)"),
        "platform": N_("a number of automatic calls"),
        "fiction": N_("a number kept for films and books"),
        "landline_for_mobile": N_("a fixed line among the mobiles"),
        "round_date": N_("1 January, often typed for lack of the day"),
        "under_15": N_("under 15: a parent has to consent"),
        "over_110": N_("older than 110"),
        "check_digit": N_("the check digit is wrong"),
        "long_line": N_("longer than the 38 characters of a line"),
        "no_house_number": N_("no number in the street"),
        "postcode_in_city": N_("a postcode within the city"),
        "postcode_zero": N_("the leading zero is lost, and can be put back"),
        "postcode_filled": N_("no postcode, though the city has one only"),
        "city_filled": N_("no city, though the postcode has one only"),
        "city_spelling": N_("misspelt, by what its postcode says"),
        "strange_place": N_("no such city under this postcode"),
        "names_swapped": N_("a first name, while the last name is among the first names"),
        "too_frequent": N_("in far too many rows"),
    }
)
_MENDINGS = MappingProxyType(
    {
        "email_domain": (
            N_("Mend mistyped e-mail domains"),
            N_("One letter away from a mail provider: look at the list, then replace."),
        ),
        "email_writing": (
            N_("Mend mistyped e-mail addresses"),
            N_("Commas for full stops, doubled signs, (at): one reading only is left."),
        ),
        "email_elsewhere": (
            N_("Move e-mail addresses out of the phones"),
            N_("They are well written, in the wrong column."),
        ),
        "phone_elsewhere": (
            N_("Move phone numbers out of the e-mails"),
            N_("They are well written, in the wrong column."),
        ),
        "postcode_zero": (
            N_("Put back the leading zero of postcodes"),
            N_("A spreadsheet took it: import the column as text."),
        ),
        "postcode_filled": (
            N_("Fill in postcodes from the city"),
            N_("Only where one town has the name, and one postcode."),
        ),
        "city_filled": (
            N_("Fill in cities from the postcode"),
            N_("Only where the postcode is one town's."),
        ),
        "city_spelling": (
            N_("Correct the spelling of cities"),
            N_("The postcode tells which was meant; letters arrive sooner."),
        ),
        "names_swapped": (
            N_("Turn round first and last names"),
            N_("By how often each is borne as a first and as a family name."),
        ),
        "encoding": (
            N_("Restore garbled accents"),
            N_("The file was read in another encoding than its own, once too often."),
        ),
    }
)
_ADDRESS_GAINS = MappingProxyType(
    {
        "parts_read": N_("Postcodes and towns read in a line, put in columns of their own"),
        "postcode_filled": N_("Postcodes filled in"),
        "postcode_corrected": N_("Postcodes corrected"),
        "city_filled": N_("Towns filled in"),
        "city_corrected": N_("Names of towns corrected"),
        "former_town": N_("Towns that have another name now"),
        "line_shortened": N_("Lines brought within 38 characters"),
        "duplicate": N_("Customers found to be another one, whose address is spelt differently"),
    }
)
_CHANNELS = MappingProxyType(
    {"email": N_("E-mail"), "sms": N_("SMS"), "call": N_("Phone"), "post": N_("Post")}
)
_KEYS = MappingProxyType(
    {
        "id": N_("the same customer number"),
        "email": N_("the same name and e-mail"),
        "phone": N_("the same name and phone"),
        "birth": N_("the same name and birth date"),
        "address": N_("the same name and address"),
    }
)


def finding_label(code: str) -> str:
    """What is odd or wrong with a cell."""
    return _(_FINDINGS.get(code) or REFUSALS.get(code, code))


def mending_label(code: str) -> str:
    """A way of mending."""
    return _(_MENDINGS[code][0])


def mending_advice(code: str) -> str:
    """How to go about a way of mending."""
    return _(_MENDINGS[code][1])


def address_reason(code: str) -> str:
    """Why an address was checked so far and no further."""
    return _(ADDRESS_REASONS[code])


def address_gain_label(code: str) -> str:
    """What standardizing addresses brings."""
    return _(_ADDRESS_GAINS[code])


def channel_label(code: str) -> str:
    """A channel."""
    return _(_CHANNELS[code])


def key_label(code: str) -> str:
    """What makes two rows one customer."""
    return _(_KEYS[code])


def field_label(field: str | None) -> str:
    """What a column is understood as."""
    from passerelle.collect import RECORD_MEANINGS

    return _("not understood") if field is None else _(RECORD_MEANINGS.get(field, field))


def column_label(report: QualityReport, column: ColumnQuality) -> str:
    """The name of a column, with its file where there are several."""
    name = readable(column.column, most=40)
    return name if len(report.parts) == 1 else f"{readable(column.part, most=30)} · {name}"


def quality_heading(report: QualityReport) -> str:
    """What the report is about: rows, customers, and where they come from."""
    place = report.source or ", ".join(readable(part.name) for part in report.parts)
    return _("Quality of {place}: {rows} rows, {customers} customers").format(
        place=place, rows=number(report.rows), customers=number(report.customers.customers)
    )


def quality_headline(report: QualityReport) -> str:
    """The report in two sentences: who is reached, and what mending brings."""
    customers = report.customers.customers
    if not customers:
        return _("There is no row to look at.")
    shares = {each.channel: share(each.now / customers, decimals=0) for each in report.reach}
    told = _(
        "Of the customers, {email} can be reached by e-mail, {sms} by SMS and {post} by post."
    ).format(**shares)
    gained = {each.channel: each.mendable for each in report.reach if each.mendable}
    if not gained:
        return told
    parts = ", ".join(
        _("{count} by {channel}").format(count=number(count), channel=channel_in_sentence(channel))
        for channel, count in gained.items()
    )
    return (
        told
        + " "
        + _("Mending what is proposed would reach more of them: {parts}.").format(parts=parts)
    )


def channel_in_sentence(code: str) -> str:
    """A channel within a sentence, after "by"."""
    return _(_IN_SENTENCE[code])


_IN_SENTENCE = MappingProxyType(
    {"email": N_("e-mail"), "sms": N_("SMS"), "call": N_("phone"), "post": N_("post")}
)
