{#- A leaderboard is made twice: for each type of a season, and for the whole of it (`whole_season`). -#}
{% macro by_season_type(keys) -%}
    grouping sets ((season, {{ keys }}), (season, season_type, {{ keys }}))
{%- endmacro %}

{#- The type that a group of `by_season_type` is of. -#}
{% macro season_type_or_all() -%}
    case when grouping(season_type) = 1 then {{ whole_season() }} else season_type end
{%- endmacro %}
