#!/bin/sh
# Adds the first administrator, once: off loopback Inkstone refuses to start while nobody could log in.
# INKSTONE_ADMIN_NAME (default admin) and INKSTONE_ADMIN_PASSWORD; without a password nothing is done.
set -eu

[ -n "${INKSTONE_ADMIN_PASSWORD:-}" ] || exit 0

users=$(inkstone users list --json)
[ "$users" = "[]" ] || exit 0

printf '%s\n' "$INKSTONE_ADMIN_PASSWORD" |
    inkstone users add "${INKSTONE_ADMIN_NAME:-admin}" --role admin --password-stdin
