{#- A column's values lie in [low, high]; null passes. -#}
{% test within(model, column_name, low=none, high=none) %}
    select {{ column_name }}
    from {{ model }}
    where
        {% if low is not none %}{{ column_name }} < {{ low }}{% else %}false{% endif %}
        or {% if high is not none %}{{ column_name }} > {{ high }}{% else %}false{% endif %}
{% endtest %}
