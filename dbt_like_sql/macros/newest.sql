{#- The value of the newest season-week that has one. Engines differ in whether max_by counts nulls: it meets none. -#}
{% macro newest(column) -%}
    max_by({{ column }}, case when {{ column }} is not null then season_week end)
{%- endmacro %}
