-- receipts_identified: receipts and revenue that lead to a person, and to a person known online.
--
-- Grain    one row per (month, channel, currency)
-- Reads    receipts(source, receipt_id, line_id, content_hash, received_at, channel, occurred_at, card_id, customer_id, email_id, phone_id, login_id, amount_cents, currency)
--          placements(identifier_id, profile_id)
--          reach(profile_id, devices, live_devices)
-- Rule     a line that came in several versions counts as last received. A receipt is identified
--          if its card, else its customer number, login, e-mail or phone is some person's. Sales
--          are the amounts above zero, net amounts also count what was brought back. Months are
--          those of UTC.
with versions as (
    select
        line_id,
        max(received_at) as received_at
    from receipts
    where occurred_at < $until
    group by
        line_id
    having count(*) > 1
),
newest as (
    select
        r.line_id,
        max(r.content_hash) as content_hash
    from receipts r
    join versions v
        on v.line_id = r.line_id
        and v.received_at = r.received_at
    where r.occurred_at < $until
    group by
        r.line_id
),
lines as (
    select
        r.source,
        r.receipt_id,
        r.channel,
        r.occurred_at,
        r.card_id,
        r.customer_id,
        r.email_id,
        r.phone_id,
        r.login_id,
        r.amount_cents,
        r.currency
    from receipts r
    left join newest n
        on n.line_id = r.line_id
    where r.occurred_at < $until
        and (n.line_id is null or n.content_hash = r.content_hash)
),
whole as (
    select
        source,
        receipt_id,
        coalesce(min(channel), 'unknown') as channel,
        coalesce(min(currency), '') as currency,
        date_trunc('month', min(occurred_at)) as month,
        min(card_id) as card_id,
        min(customer_id) as customer_id,
        min(login_id) as login_id,
        min(email_id) as email_id,
        min(phone_id) as phone_id,
        sum(case when amount_cents > 0 then amount_cents else 0 end) as sales_cents,
        sum(coalesce(amount_cents, 0)) as net_cents
    from lines
    group by
        source,
        receipt_id
),
named as (
    select card_id as identifier_id
    from whole
    where card_id is not null
    union
    select customer_id
    from whole
    where customer_id is not null
    union
    select login_id
    from whole
    where login_id is not null
    union
    select email_id
    from whole
    where email_id is not null
    union
    select phone_id
    from whole
    where phone_id is not null
),
known as (
    select
        n.identifier_id,
        r.devices,
        r.live_devices
    from named n
    join placements p
        on p.identifier_id = n.identifier_id
    join reach r
        on r.profile_id = p.profile_id
),
led as (
    select
        w.month,
        w.channel,
        w.currency,
        w.sales_cents,
        w.net_cents,
        case
            when coalesce(w.card_id, w.customer_id, w.login_id, w.email_id, w.phone_id) is null then 0
            else 1
        end as says_who,
        coalesce(a.devices, b.devices, c.devices, d.devices, e.devices) as devices,
        coalesce(a.live_devices, b.live_devices, c.live_devices, d.live_devices, e.live_devices) as live_devices
    from whole w
    left join known a
        on a.identifier_id = w.card_id
    left join known b
        on b.identifier_id = w.customer_id
    left join known c
        on c.identifier_id = w.login_id
    left join known d
        on d.identifier_id = w.email_id
    left join known e
        on e.identifier_id = w.phone_id
)
select
    month,
    channel,
    currency,
    count(*) as receipts,
    cast(sum(says_who) as bigint) as naming_receipts,
    cast(sum(case when devices is not null then 1 else 0 end) as bigint) as identified_receipts,
    cast(sum(case when devices > 0 then 1 else 0 end) as bigint) as bound_receipts,
    cast(sum(case when live_devices > 0 then 1 else 0 end) as bigint) as live_receipts,
    cast(sum(sales_cents) as bigint) as sales_cents,
    cast(sum(case when devices is not null then sales_cents else 0 end) as bigint) as identified_sales_cents,
    cast(sum(case when devices > 0 then sales_cents else 0 end) as bigint) as bound_sales_cents,
    cast(sum(case when live_devices > 0 then sales_cents else 0 end) as bigint) as live_sales_cents,
    cast(sum(net_cents) as bigint) as net_cents,
    cast(sum(case when devices is not null then net_cents else 0 end) as bigint) as identified_net_cents,
    cast(sum(case when devices > 0 then net_cents else 0 end) as bigint) as bound_net_cents,
    cast(sum(case when live_devices > 0 then net_cents else 0 end) as bigint) as live_net_cents
from led
group by
    month,
    channel,
    currency
