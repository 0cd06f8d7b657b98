#!/bin/sh
# Writes docker/.env with new secrets, readable by its owner alone. An existing file stays as it is.
set -eu

file=${1:-$(dirname "$0")/.env}
if [ -e "$file" ]; then
    echo "$file is there already; it stays as it is." >&2
    exit 0
fi

random() {
    od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'
}

umask 077
cat >"$file" <<END
# Made by generate-secrets.sh. Keep it out of version control and backups that others read.
POSTGRES_PASSWORD=$(random 24)
RAY_AUTH_TOKEN=$(random 32)
INKSTONE_ADMIN_NAME=admin
INKSTONE_ADMIN_PASSWORD=$(random 12)
# Where the pages can be reached: 127.0.0.1:8501, or 0.0.0.0:8501 behind a firewall and TLS.
INKSTONE_PUBLISH=127.0.0.1:8501
# Names under which browsers call the server, separated by commas; empty allows any, for everybody must log in.
INKSTONE_ALLOWED_HOSTS=
END
echo "Wrote $file. The administrator's password is in it." >&2
