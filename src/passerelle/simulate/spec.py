"""What to simulate: how many customers, from which seed, and every rate of their world.

Rates are shares between 0 and 1 unless the name says otherwise. Where a rate comes from (a
measurement, a publication, or chosen) is told in docs/explanation/simulation.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from passerelle.kernel import InvalidInput

MAX_CUSTOMERS = 5_000_000  # numbers of cards and phones are drawn without return from fixed ranges


@dataclass(frozen=True)
class PeopleRates:
    """Who lives with whom, who moves, marries and dies."""

    known_share: float = 0.62
    """Adults whom the retailer knows; the others live with them, buy, and are never recorded."""
    household_extra_people: int = 4
    household_extra_share: float = 0.30
    """Household size is 1 + Binomial(extra people, extra share): 2.2 on average."""
    couple_share: float = 0.85
    """Households of two or more that have two adults rather than a single parent."""
    married_share: float = 0.60
    recently_married_share: float = 0.15
    """Couples married within the last six years: older records still bear the birth name."""
    takes_name_share: float = 0.80
    joins_names_share: float = 0.08
    """Of the wives: DURAND becomes MARTIN, or MARTIN-DURAND; the others keep their name."""
    moved_share: float = 0.30
    """Households that moved within the last five years."""
    flat_share: float = 0.30
    """Households in a building shared with others."""
    shared_mailbox_households: float = 0.10
    shared_mailbox_use: float = 0.60
    """Households with a family mailbox, and the members who give it as theirs."""
    changed_email_share: float = 0.10
    second_email_share: float = 0.20
    changed_phone_share: float = 0.12
    recycled_phone_share: float = 0.30
    """Numbers given up that the operator gave to another customer half a year later."""


@dataclass(frozen=True)
class RecordRates:
    """Who stands in which file, how often twice, and how badly typed."""

    source_mix: tuple[float, ...] = (0.17, 0.15, 0.20, 0.14, 0.10, 0.08, 0.16)
    """Customers by sources: CRM, loyalty, both, shop, CRM and shop, loyalty and shop, all three."""
    crm_twice_share: float = 0.06
    crm_thrice_share: float = 0.01
    second_card_share: float = 0.04
    second_account_share: float = 0.03
    typo_share: float = 0.02
    """Cells of a name, an e-mail or a phone with one slip of the keyboard."""
    capitals_share: float = 0.35
    lost_accents_share: float = 0.20
    swapped_names_share: float = 0.004
    swapped_day_month_share: float = 0.01
    placeholder_birth_share: float = 0.006
    placeholder_email_share: float = 0.006
    store_phone_share: float = 0.003
    """Till staff who type the shop's own number to get past the field."""
    newsletter_share: float = 0.60


@dataclass(frozen=True)
class ReceiptRates:
    """How often people buy and how often the receipt says who."""

    history_days: int = 730
    shop_receipts_per_year: float = 1.1
    web_receipts_per_year: float = 0.7
    stranger_receipts_per_year: float = 0.3
    """Receipts of adults whom the retailer does not know."""
    lines_beyond_first: float = 1.1
    card_shown_alpha: float = 2.1
    card_shown_beta: float = 0.9
    """Each member's habit of showing the card: Beta(2.1, 0.9), 0.7 on average."""
    relative_card_share: float = 0.04
    customer_number_share: float = 0.08
    ticket_email_share: float = 0.10
    returned_share: float = 0.02


@dataclass(frozen=True)
class BrowserRates:
    """Devices, visits, and how long a cookie lives."""

    device_extra: int = 4
    device_extra_share: float = 0.375
    """Devices per person are 1 + Binomial(extra, extra share): 2.5 on average."""
    browser_mix: tuple[float, float, float, float] = (0.28, 0.30, 0.34, 0.08)
    """iOS Safari, Android Chrome, desktop Chromium, other."""
    reset_mix: tuple[float, float, float] = (0.07, 0.24, 0.69)
    reset_per_day: tuple[float, float, float] = (1 / 4, 1 / 30, 1 / 420)
    """Share of devices, and how often each kind loses its cookies."""
    cookie_cap_days: int = 395
    shared_device_share: float = 0.08
    wrong_member_share: float = 0.35
    """Visits on a shared device that another adult of the household makes."""
    account_active_share: float = 0.90
    no_account_active_share: float = 0.25
    visits_per_year: float = 6.0
    visits_shape: float = 0.8
    """Visits of an active person are Poisson with a Gamma(shape) rate."""
    login_alpha: float = 1.0
    login_beta: float = 6.0
    click_share: float = 0.12
    """Visits of a newsletter reader that begin with a click in the newsletter."""
    forwarded_share: float = 0.03
    tracked_order_share: float = 0.90
    opens_per_reader: float = 0.9
    app_share: float = 0.25
    """Account holders with the app."""
    app_opens_per_year: float = 3.0
    advertising_id_share: tuple[float, float] = (0.50, 0.85)
    """App users whose advertising id may be read, on iOS and on Android."""
    strangers_per_cookie: float = 1.0
    stranger_extra_pages: float = 0.15
    device_consent_share: float = 0.65
    brand_consent_share: float = 0.70
    repeated_event_share: float = 0.003
    late_event_share: float = 0.005
    robot_event_share: float = 0.005


@dataclass(frozen=True)
class PartnerRates:
    """What a partner with a large audience knows of the same people."""

    knows_share: float = 0.55
    same_email_share: float = 0.78
    seen_within_days: int = 90


@dataclass(frozen=True)
class RetailerSpec:
    """One simulated retailer: the same spec makes the same bytes, on any day and any machine.

    `customers` is the number of persons in at least one of the three customer files. `as_of` is
    the first day that the retailer does not know yet: every fact it holds is older than that
    day's midnight (UTC); `events_after.jsonl` holds the 30 days that follow.
    """

    customers: int
    seed: int = 1
    as_of: date = date(2026, 11, 1)
    people: PeopleRates = field(default_factory=PeopleRates)
    records: RecordRates = field(default_factory=RecordRates)
    receipts: ReceiptRates = field(default_factory=ReceiptRates)
    browsers: BrowserRates = field(default_factory=BrowserRates)
    partner: PartnerRates = field(default_factory=PartnerRates)
    has_life_files: bool = False
    """Whether files of movers, deaths and returned mail are written beside the others."""

    def __post_init__(self) -> None:
        if not 1 <= self.customers <= MAX_CUSTOMERS:
            raise InvalidInput(
                f"Cannot simulate {self.customers} customers.",
                hint=f"Ask for 1 to {MAX_CUSTOMERS}.",
            )
        if self.seed < 0:
            raise InvalidInput(f"Seed {self.seed} is negative.", hint="Use 0 or more.")
