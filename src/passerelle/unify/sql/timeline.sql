-- timeline: what happened to a profile, in shop and online, newest first.
--
-- Grain    one row per event, and one per receipt
-- Reads    events(source, type, name, occurred_at, page_host, browser, cookie_id, mobile_id, login_id, email_id, phone_id, order_id, total_cents, currency)
--          receipts(source, receipt_id, line_id, content_hash, received_at, store_id, channel, occurred_at, card_id, customer_id, email_id, phone_id, login_id, amount_cents, quantity, currency)
--          held(identifier_id)
-- Rule     a receipt line that came in several versions counts as last received
with seen as (
    select
        occurred_at,
        source,
        type as kind,
        coalesce(name, page_host) as what,
        coalesce(order_id, browser) as detail,
        total_cents as amount_cents,
        currency
    from events
    where cookie_id in (select identifier_id from held)
        or mobile_id in (select identifier_id from held)
        or login_id in (select identifier_id from held)
        or email_id in (select identifier_id from held)
        or phone_id in (select identifier_id from held)
),
lines as (
    select
        source,
        receipt_id,
        line_id,
        store_id,
        channel,
        occurred_at,
        amount_cents,
        quantity,
        currency,
        row_number() over (
            partition by line_id
            order by received_at desc, content_hash desc
        ) as version
    from receipts
    where card_id in (select identifier_id from held)
        or customer_id in (select identifier_id from held)
        or email_id in (select identifier_id from held)
        or phone_id in (select identifier_id from held)
        or login_id in (select identifier_id from held)
),
bought as (
    select
        min(occurred_at) as occurred_at,
        source,
        'receipt' as kind,
        concat(channel, coalesce(concat(' ', min(store_id)), '')) as what,
        receipt_id as detail,
        cast(sum(amount_cents) as bigint) as amount_cents,
        min(currency) as currency
    from lines
    where version = 1
    group by
        source,
        channel,
        receipt_id
)
select
    occurred_at,
    source,
    kind,
    what,
    detail,
    amount_cents,
    currency
from (
    select * from seen
    union all
    select * from bought
) happened
order by
    occurred_at desc,
    source,
    kind,
    what,
    detail,
    amount_cents,
    currency
limit 1000
