{#- The season-weeks to replace, as a list for `in (...)`; with none of them a list that nothing is in. -#}
{% macro season_week_list() -%}
    ('{{ var("season_weeks") | join("', '") }}')
{%- endmacro %}

{#- Whether a row belongs to this refresh: to one of the weeks asked for; a table that is new takes every week. -#}
{% macro in_season_weeks() -%}
    {%- if var("season_weeks") != "all" and is_incremental() -%}
        season_week in {{ season_week_list() }}
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

{#- The rows a test looks at: for tables too large to be read whole every time (`by_week`) those of this refresh. -#}
{% macro tested_rows(model, by_week) -%}
    {%- if by_week and var("season_weeks") != "all" -%}
        (select * from {{ model }} where season_week in {{ season_week_list() }})
    {%- else -%}
        {{ model }}
    {%- endif -%}
{%- endmacro %}

{#- Incremental strategy `season_weeks`: the weeks asked for are replaced whole, so a week that lost rows loses them
    here too, and a table refreshed week by week equals one built from nothing. -#}
{% macro get_incremental_season_weeks_sql(arg_dict) -%}
    {%- set columns = arg_dict["dest_columns"] | map(attribute="quoted") | join(", ") -%}
    delete from {{ arg_dict["target_relation"] }}
    {%- if var("season_weeks") != "all" %} where season_week in {{ season_week_list() }}{% endif %};
    insert into {{ arg_dict["target_relation"] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict["temp_relation"] }}
{%- endmacro %}
