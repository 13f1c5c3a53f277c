{#- Every row has its counterpart in the table `to`, under the columns of the same names. -#}
{% test refers_to(model, to, columns, by_week=false) %}
    select child.{{ columns | join(", child.") }}
    from {{ tested_rows(model, by_week) }} as child
    left join {{ to }} as parent
        on
            {% for column in columns -%}
                child.{{ column }} = parent.{{ column }}{{ " and " if not loop.last }}
            {%- endfor %}
    where parent.{{ columns[0] }} is null
{% endtest %}
