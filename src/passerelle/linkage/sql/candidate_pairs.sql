-- candidate_pairs: two records that share the key of a rule, with what they hold.
--
-- Grain    one row per (left_id, right_id), left_id < right_id
-- Reads    keyed_records(record_id, source, field_values, rule_keys)
-- Rule     a key on more than $largest_group records is left to other rules;
--          two records of one source pair if $within, of two if $between
with keys as (
  select
    record_id,
    source,
    unnest(rule_keys) as rule_key
  from keyed_records
),
sized as (
  select
    record_id,
    source,
    rule_key,
    count(*) over (partition by rule_key) as records
  from keys
),
grouped as (
  select
    record_id,
    source,
    rule_key
  from sized
  where records > 1 and records <= $largest_group
),
pairs as (
  select distinct
    one.record_id as left_id,
    other.record_id as right_id
  from grouped as one
  inner join grouped as other
    on one.rule_key = other.rule_key and one.record_id < other.record_id
  where case when one.source = other.source then $within else $between end
)
select
  pairs.left_id,
  pairs.right_id,
  one.field_values as left_values,
  other.field_values as right_values
from pairs
inner join keyed_records as one on pairs.left_id = one.record_id
inner join keyed_records as other on pairs.right_id = other.record_id
