-- last_receipts: when somebody last bought, by whatever number the receipt names them.
--
-- Grain    one row per profile_id that a receipt leads to
-- Reads    receipts(occurred_at, card_id, customer_id, email_id, phone_id, login_id)
--          members(profile_id, identifier_id)
-- Rule     every version of a line counts, as all were said; the latest purchase is the one.
with named as (
    select
        card_id as identifier_id,
        occurred_at
    from receipts
    union all
    select
        customer_id,
        occurred_at
    from receipts
    union all
    select
        email_id,
        occurred_at
    from receipts
    union all
    select
        phone_id,
        occurred_at
    from receipts
    union all
    select
        login_id,
        occurred_at
    from receipts
)
select
    m.profile_id,
    max(n.occurred_at) as bought_at
from named n
join members m
    on m.identifier_id = n.identifier_id
group by m.profile_id
