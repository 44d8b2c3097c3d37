-- shop_receipts: the receipts of profiles in shops, with the identifier that was shown.
--
-- Grain    one row per receipt of a profile
-- Reads    receipts(source, receipt_id, store_id, channel, occurred_at, card_id, customer_id, email_id, phone_id, login_id)
--          placements(identifier_id, profile_id)
with shown as (
    select
        source,
        receipt_id,
        max(store_id) as store_id,
        max(occurred_at) as occurred_at,
        max(coalesce(card_id, customer_id, email_id, phone_id, login_id)) as identifier_id
    from receipts
    group by
        source,
        receipt_id
)
select
    p.profile_id,
    s.identifier_id,
    s.source,
    s.receipt_id,
    s.store_id,
    s.occurred_at
from shown s
join placements p
    on p.identifier_id = s.identifier_id
order by
    s.source,
    s.receipt_id
