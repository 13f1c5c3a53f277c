{#- Mean of groups' means, each with the number of rows behind it; null without any row. -#}
{% macro weighted_mean(mean, count) -%}
    sum({{ mean }} * {{ count }}) / nullif(sum({{ count }}), 0)
{%- endmacro %}
