{#- Written by `python -m ghost_pipeline.storage.dbt_sources`; change the declared tables instead. -#}
{% macro defensive_backs() -%}('CB', 'DB', 'FS', 'NB', 'S', 'SAF', 'SS'){%- endmacro %}

{% macro ineligible_positions() -%}('C', 'G', 'LG', 'LS', 'LT', 'OG', 'OL', 'OT', 'RG', 'RT', 'T'){%- endmacro %}

{% macro quarterback() -%}'QB'{%- endmacro %}

{% macro goal_line_x_yd() -%}110{%- endmacro %}

{% macro frame_s() -%}0.1{%- endmacro %}

{% macro whole_season() -%}'ALL'{%- endmacro %}
