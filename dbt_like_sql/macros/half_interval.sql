{#- Half of the 95 % interval of a column's mean (normal approximation); null for a single row. -#}
{% macro half_interval(column) -%}
    1.96 * stddev_samp({{ column }}) / sqrt(count({{ column }}))
{%- endmacro %}
