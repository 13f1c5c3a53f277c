#!/usr/bin/env bash
# PostgreSQL and Redis of this machine's packages (Debian: postgresql, redis-server), on loopback, in a folder of their
# own: for tests, and for trying dagster.production.yaml without containers.
#   infra/local/services.sh start FOLDER   prints the variables that dagster.production.yaml asks for
#   infra/local/services.sh stop FOLDER    ends both and leaves the folder
set -euo pipefail
action=${1:?start or stop} folder=${2:?a folder}

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)
[ -x "${bin:=$(dirname "$(command -v pg_ctl || echo /none)")}/pg_ctl" ] || { echo "no PostgreSQL: apt-get install postgresql" >&2; exit 3; }
command -v redis-server >/dev/null || { echo "no Redis: apt-get install redis-server" >&2; exit 3; }

as_postgres() { # PostgreSQL refuses to run as root
    if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi
}
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

case $action in
start)
    mkdir -p "$folder/redis" && chmod 711 "$folder"
    if [ "$(id -u)" = 0 ]; then install -d -o postgres -g postgres "$folder/postgres"; else mkdir -p "$folder/postgres"; fi
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    port=$(free_port) redis_port=$(free_port)
    as_postgres sh -c 'umask 077 && cat >"$0/password"' "$folder/postgres" <<<"$password"
    as_postgres "$bin/initdb" --pgdata "$folder/postgres/data" --username dagster --auth scram-sha-256 \
        --pwfile "$folder/postgres/password" --encoding UTF8 --no-locale >"$folder/initdb.log"
    as_postgres "$bin/pg_ctl" --pgdata "$folder/postgres/data" --wait --log "$folder/postgres/server.log" \
        -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=" start >"$folder/start.log"
    PGPASSWORD=$password "$bin/createdb" --host 127.0.0.1 --port "$port" --username dagster dagster
    (umask 077 && printf 'bind 127.0.0.1\nport %s\nrequirepass %s\nappendonly yes\ndir %s\ndaemonize yes\npidfile %s\n' \
        "$redis_port" "$password" "$folder/redis" "$folder/redis/pid" >"$folder/redis/redis.conf")
    redis-server "$folder/redis/redis.conf" >"$folder/redis.log"
    cat <<VARIABLES
DAGSTER_POSTGRES_HOST=127.0.0.1
DAGSTER_POSTGRES_PORT=$port
DAGSTER_POSTGRES_USER=dagster
DAGSTER_POSTGRES_PASSWORD=$password
DAGSTER_POSTGRES_DB=dagster
DAGSTER_REDIS_URL=redis://:$password@127.0.0.1:$redis_port/0
DAGSTER_STATE=$folder/state
VARIABLES
    ;;
stop)
    as_postgres "$bin/pg_ctl" --pgdata "$folder/postgres/data" --mode immediate stop >/dev/null || true
    if [ -f "$folder/redis/pid" ]; then
        redis=$(cat "$folder/redis/pid")
        kill "$redis" || true
        for _ in $(seq 100); do kill -0 "$redis" 2>/dev/null || break; sleep 0.1; done
    fi
    ;;
*)
    echo "start or stop, not $action" >&2
    exit 2
    ;;
esac
