-- one row per season-week, table and expectation
select
    season_week,
    table_name,
    check_id,
    severity,
    success,
    observed,
    expected,
    unexpected_count,
    row_count,
    sample
from {{ source('clean', 'check_results') }}
