{#- Every combination of the columns is there once, and none of them is null. -#}
{% test unique_key(model, columns, by_week=false) %}
    select {{ columns | join(", ") }}
    from {{ tested_rows(model, by_week) }} as tested
    group by {{ columns | join(", ") }}
    having count(*) > 1{% for column in columns %} or {{ column }} is null{% endfor %}
{% endtest %}
